/**
 * Runs a TypeScript program from its compiled form, and compiles it first where a source has changed.
 * Usage: node toolchain/compile/start.cjs FILE.ts ARGS…   (FILE relative to the checkout)
 */
"use strict";

const { spawnSync } = require("node:child_process");
const { SourceMap, enableCompileCache, flushCompileCache } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");
const { find, folder, root } = require("./cache.cjs");

/** Node writes its own cache when a process ends by itself. Plugins never do so: the engine ends them (ms). */
const settledMs = 1000;

/**
 * Compiles a program; of two at once one waits for the other, and the kernel frees the lock of one that was killed.
 * @param {string} entry the program's main file, relative to the checkout
 */
function compile(entry) {
    fs.mkdirSync(folder, { recursive: true });
    const builder = [process.execPath, path.join(__dirname, "builder.cjs"), entry];
    // Standard output belongs to the program.
    const stdio = { stdio: ["ignore", 2, 2] };
    const { error, status, signal } = spawnSync("flock", [path.join(folder, "lock"), ...builder], stdio);
    if (error !== undefined) {
        throw new Error(`flock could not be started (${error.message}): install util-linux`);
    }
    if (status !== 0) {
        throw new Error(`the compiler ended with ${signal ?? status}; its message is above`);
    }
}

/** @param {string} entry */
function compiled(entry) {
    let file = find(entry);
    // A source may be saved while it is compiled.
    for (let attempt = 0; file === undefined && attempt < 3; attempt++) {
        compile(entry);
        file = find(entry);
    }
    if (file === undefined) {
        throw new Error(
            `the sources of ${entry} change all the time, or ${folder} cannot be written: stop the program that writes the sources, or make the folder writable, and run this command again`,
        );
    }
    return file;
}

/**
 * Stack traces name the lines of the .ts files. The map is read when the first stack trace is asked for.
 * @param {string} file the compiled program
 */
function mapStackTraces(file) {
    let map;
    const place = (frame) => {
        const text = String(frame);
        if (frame.getFileName() !== file) {
            return text;
        }
        map ??= new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, "utf8")));
        const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
        const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
        if (originalSource === undefined) {
            return text;
        }
        const source = path.resolve(folder, originalSource);
        return text.replace(
            `${file}:${line}:${column}`,
            () => `${source}:${originalLine + 1}:${originalColumn + 1}`,
        );
    };
    Error.prepareStackTrace = (error, frames) => {
        try {
            return [String(error), ...frames.map((frame) => `    at ${place(frame)}`)].join("\n");
        } catch {
            // Another build may have removed the map; the error counts, not the place of the error.
            return [String(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
        }
    };
}

/** @param {string | undefined} entry */
function start(entry) {
    try {
        if (entry === undefined) {
            throw new Error("no program was named: start.cjs FILE.ts ARGS…");
        }
        return compiled(entry);
    } catch (error) {
        process.stderr.write(
            `portcullis: a program could not be started (${entry} in ${root}): ${error.message}\n`,
        );
        return process.exit(1);
    }
}

const [node, , entry, ...args] = process.argv;
const file = start(entry);
enableCompileCache(path.join(folder, "v8"));
setTimeout(flushCompileCache, settledMs).unref();
process.argv = [node, path.join(root, entry), ...args];
mapStackTraces(file);
require(file);

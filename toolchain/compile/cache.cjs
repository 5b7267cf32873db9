/**
 * Finds the compiled form of a TypeScript program, if that form still agrees with its sources. The finder is plain
 * JavaScript because it runs before anything is compiled.
 *
 * Beside each compiled program lies a manifest: the SHA-256 of each source file that went in, the names in the folders
 * of the source files (a new file may be found in place of an old one), the size, the times and the inode of each file
 * of a package, and the SHA-256 of all else that decides what comes out. A program whose manifest does not agree with
 * the files in each point is compiled anew. A manifest that cannot be read agrees with nothing.
 */
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.dirname(path.dirname(__dirname));
const folder = path.join(root, ".portcullis", "compiled");

/** The files that decide, beside the sources, what comes out. Their paths are relative to the checkout. */
const recipe = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "node_modules/.package-lock.json",
    "node_modules/esbuild/package.json",
    "toolchain/compile/build.ts",
    "toolchain/compile/builder.cjs",
    "toolchain/compile/source-map.ts",
    "toolchain/compile/adapt.ts",
    "toolchain/compile/cache.cjs",
    "toolchain/compile/start.cjs",
];

/** Names that the compiler may take for an import without an extension, or for a package. */
const sourceName = /\.(?:[cm]?[jt]sx?|json)$/;

/** @param {string | NodeJS.ArrayBufferView} content */
function sha256(content) {
    return createHash("sha256").update(content).digest("hex");
}

/** A checksum of the recipe. The place of the checkout counts too: it stands in each compiled program. */
function environment() {
    const files = recipe.map((file) => sha256(fs.readFileSync(path.join(root, file))));
    return sha256(JSON.stringify([root, process.version, process.arch, ...files]));
}

/** The checksum of a source file. @param {string} file relative to the checkout */
function contentOf(file) {
    return sha256(fs.readFileSync(path.join(root, file)));
}

/** The marks of a package's file: hashing a thousand files at each start costs more than it saves. @param {string} file */
function identityOf(file) {
    const { size, mtimeNs, ctimeNs, ino } = fs.statSync(path.join(root, file), { bigint: true });
    return [size, mtimeNs, ctimeNs, ino].join(":");
}

/** The checksum of a folder: of the names that an import can mean. @param {string} name relative to the checkout */
function namesIn(name) {
    const names = fs.readdirSync(path.join(root, name)).filter((entry) => sourceName.test(entry));
    return sha256(JSON.stringify(names.sort()));
}

/**
 * The manifest's file of a program.
 * @param {string} entry the program's main file, relative to the checkout
 */
function manifestFile(entry) {
    return path.join(folder, `${entry.replaceAll("/", "-")}.json`);
}

/** @param {Record<string, string>} noted @param {(name: string) => string} now */
function agree(noted, now) {
    return Object.entries(noted).every(([name, value]) => now(name) === value);
}

/**
 * The compiled form of a program.
 * @param {string} entry the program's main file, relative to the checkout
 * @returns {string | undefined} its file, or undefined where it has to be compiled
 */
function find(entry) {
    try {
        const manifest = JSON.parse(fs.readFileSync(manifestFile(entry), "utf8"));
        const file = path.join(folder, manifest.bundle);
        const isCurrent =
            manifest.entry === entry &&
            manifest.environment === environment() &&
            agree(manifest.sources, contentOf) &&
            agree(manifest.folders, namesIn) &&
            agree(manifest.packages, identityOf) &&
            sha256(fs.readFileSync(file)) === manifest.sha256;
        return isCurrent ? file : undefined;
    } catch {
        return undefined;
    }
}

module.exports = { environment, find, folder, identityOf, manifestFile, namesIn, root, sha256 };

/**
 * Compiles TypeScript programs of this checkout, each into one file with all that it imports, and writes their
 * manifests (cache.cjs). Whoever starts this holds the lock of the folder (start.cjs).
 * Started by builder.cjs with one word: the main file of the program that is wanted, relative to the checkout.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { type Message, type OnLoadResult, type Plugin, build, formatMessages } from "esbuild";
import { environment, find, folder, identityOf, manifestFile, namesIn, root, sha256 } from "./cache.cjs";
import { adapted, lazyPackages, standIn } from "./adapt";
import { mapOfPackages, slimMap } from "./source-map";

/** The programs that one `up` starts: when one of them has to be compiled, the others are compiled with it. */
const together = [
    "toolchain/language-host/main.ts",
    "toolchain/language-host/program.ts",
    "toolchain/language-host/policy-pack.ts",
    "toolchain/plugins/command/main.ts",
    "toolchain/plugins/docker/main.ts",
    "toolchain/plugins/tls/main.ts",
    "cli/main.ts",
];

/** The time for which somebody may still read a program that is not the newest any more (ms). */
const keptMs = 10 * 60_000;
/** The time for which Node's own cache keeps files that nobody may use any more (ms). */
const keptByNodeMs = 14 * 24 * 60 * 60_000;

/** The inputs of a program, as they were when the compiler read them. */
interface Inputs {
    sources: Record<string, string>;
    folders: Record<string, string>;
    packages: Record<string, string>;
}

const isPackage = (file: string): boolean => file.split(path.sep).includes("node_modules");
const relative = (file: string): string => path.relative(root, file);

/** Notes the names in a folder before the compiler looks for a file in it. */
function noteFolder(inputs: Inputs, name: string): void {
    const folderName = relative(name);
    if (
        !isPackage(name) &&
        !(folderName in inputs.folders) &&
        fs.statSync(name, { throwIfNoEntry: false })?.isDirectory()
    ) {
        inputs.folders[folderName] = namesIn(folderName);
    }
}

/** Reads a file, and notes what was read. */
function load(inputs: Inputs, file: string): OnLoadResult {
    const name = relative(file);
    if (!isPackage(file)) {
        const text = fs.readFileSync(file, "utf8");
        inputs.sources[name] = sha256(text);
        return { contents: withPlace(text, file), loader: "default" };
    }
    inputs.packages[name] = identityOf(name);
    const text = adapted(name, fs.readFileSync(file, "utf8"));
    const contents = file.endsWith(".json") ? text : withPlace(text, file) + mapOfPackages;
    return { contents, loader: "default" };
}

/** A file's word for its own place must name the source, not the program that was made of the source. */
function withPlace(text: string, file: string): string {
    if (!/\b__(?:dir|file)name\b/.test(text)) {
        return text;
    }
    const strict = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*["']use strict["']/.test(text) ? '"use strict";' : "";
    const names = [path.dirname(file), file].map((place) => JSON.stringify(place));
    return `${strict}const __dirname = ${String(names[0])}, __filename = ${String(names[1])};${text}`;
}

function plugin(inputs: Inputs): Plugin {
    return {
        name: "portcullis",
        setup: (compiler) => {
            const names = new RegExp(`^(?:${lazyPackages.join("|")})$`);
            compiler.onResolve({ filter: names }, ({ path: name, namespace, resolveDir }) => {
                if (namespace === "lazy") {
                    return { path: require.resolve(name, { paths: [resolveDir] }), external: true };
                }
                return { path: name, namespace: "lazy", pluginData: resolveDir };
            });
            compiler.onLoad({ filter: /.*/, namespace: "lazy" }, ({ path: name, pluginData }) => ({
                contents: standIn(name),
                resolveDir: String(pluginData),
            }));
            compiler.onResolve({ filter: /^\.\.?(?:\/|$)/ }, ({ path: name, resolveDir }) => {
                const target = path.resolve(resolveDir, name);
                noteFolder(inputs, path.dirname(target));
                noteFolder(inputs, target);
                return undefined;
            });
            compiler.onLoad({ filter: /\.(?:[cm]?[jt]s|json)$/, namespace: "file" }, ({ path: file }) =>
                load(inputs, file),
            );
        },
    };
}

/** Compiles one program; the manifest is written last, so that a build that was killed half way leaves none. */
async function compile(entry: string): Promise<void> {
    const inputs: Inputs = { sources: {}, folders: {}, packages: {} };
    const made = environment();
    const { outputFiles } = await build({
        absWorkingDir: root,
        entryPoints: { [path.basename(manifestFile(entry), ".json")]: entry },
        outdir: folder,
        entryNames: "[name]-[hash]",
        outExtension: { ".js": ".cjs" },
        bundle: true,
        write: false,
        platform: "node",
        format: "cjs",
        target: `node${process.versions.node}`,
        // An error's name is that of its class, and users read it.
        keepNames: true,
        sourcemap: "linked",
        sourcesContent: false,
        // A package tries for faster parts in machine code; they are built by install scripts, which nobody runs.
        external: ["*.node"],
        logLevel: "silent",
        plugins: [plugin(inputs)],
    });
    // The map first: a program is never there without its map.
    const [map, bundle] = [".map", ".cjs"].map((end) => outputFiles.find((file) => file.path.endsWith(end)));
    if (map === undefined || bundle === undefined) {
        throw new Error(`${entry}: the compiler made no program`);
    }
    put(map.path, slimMap(map.text));
    put(bundle.path, bundle.contents);
    const manifest = {
        entry,
        environment: made,
        bundle: path.basename(bundle.path),
        sha256: sha256(bundle.contents),
        ...inputs,
    };
    put(manifestFile(entry), JSON.stringify(manifest));
    prune(path.basename(bundle.path));
}

/** Writes a file as a whole or not at all. */
function put(file: string, content: string | Uint8Array): void {
    const part = `${file}.${process.pid}.part`;
    fs.writeFileSync(part, content);
    fs.renameSync(part, file);
}

/** Removes the programs of earlier sources, and the files that a killed build left. */
function prune(current: string): void {
    const prefix = current.slice(0, current.lastIndexOf("-") + 1);
    const old = (place: string, name: string, age: number): boolean =>
        Date.now() - (fs.statSync(path.join(place, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > age;
    for (const name of fs.readdirSync(folder)) {
        const isEarlier = name.startsWith(prefix) && !name.startsWith(current);
        if ((isEarlier || name.endsWith(".part")) && old(folder, name, keptMs)) {
            fs.rmSync(path.join(folder, name), { force: true });
        }
    }
    const node = path.join(folder, "v8");
    if (fs.existsSync(node)) {
        for (const name of fs.readdirSync(node, { recursive: true, encoding: "utf8" })) {
            if (name.includes(path.sep) && old(node, name, keptByNodeMs)) {
                fs.rmSync(path.join(node, name), { force: true });
            }
        }
    }
}

function hasMessages(error: unknown): error is { errors: Message[] } {
    return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

async function explain(error: unknown): Promise<string> {
    return hasMessages(error)
        ? (await formatMessages(error.errors, { kind: "error" })).join("\n")
        : String(error instanceof Error ? error.stack : error);
}

async function main(wanted: string | undefined): Promise<void> {
    if (wanted === undefined) {
        throw new Error("no program was named: build.ts FILE.ts");
    }
    const others = together.includes(wanted) && wanted !== "cli/main.ts" ? together : [];
    const stale = [wanted, ...others.filter((entry) => entry !== wanted)].filter(
        (entry) => find(entry) === undefined,
    );
    const ended = await Promise.allSettled(stale.map(compile));
    // The errors of another program are told when that program is started.
    const failure = ended[stale.indexOf(wanted)];
    if (failure?.status === "rejected") {
        process.stderr.write(
            `portcullis: ${wanted} could not be compiled (${root}): mend what follows, then run this again\n${await explain(failure.reason)}\n`,
        );
        process.exitCode = 1;
    }
}

void main(process.argv[2]);

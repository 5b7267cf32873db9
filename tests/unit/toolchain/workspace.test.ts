import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { builtinModules } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { z } from "zod";

const root = path.join(__dirname, "../../..");

const manifestSchema = z.object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
});

const manifest = (file: string) =>
    manifestSchema.parse(JSON.parse(fs.readFileSync(path.join(root, file), "utf8")));

/** The packages that files import, by name, each with one file that does. */
function imported(...patterns: string[]): Map<string, string> {
    const files = execFileSync(
        "git",
        ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns],
        {
            cwd: root,
            encoding: "utf8",
        },
    )
        .split("\0")
        .filter((file) => /\.[cm]?[jt]s$/.test(file) && fs.existsSync(path.join(root, file)));
    const found = new Map<string, string>();
    for (const file of files) {
        const text = fs.readFileSync(path.join(root, file), "utf8");
        for (const [, name = ""] of text.matchAll(
            /(?:\bfrom |\bimport |\b(?:import|require)\()"([@\w][\w./@-]*)"/g,
        )) {
            const packageName = name
                .split("/")
                .slice(0, name.startsWith("@") ? 2 : 1)
                .join("/");
            if (!name.startsWith("node:") && !builtinModules.includes(name)) {
                found.set(packageName, file);
            }
        }
    }
    return found;
}

describe("the npm packages", () => {
    const program = manifest("package.json");
    const toolchain = manifest("toolchain/package.json");

    it("are those of the program at the root: nothing there imports one that only the workspace has", () => {
        const own = imported("*", ":!toolchain", ":!tests", ":!bench", ":!eslint.config.mjs", ":!docs");
        assert.ok(own.size > 10, "the search for imports finds none");
        for (const [name, file] of own) {
            const isKnown =
                name in program.dependencies ||
                [name, `@types/${name}`].some((one) => one in program.devDependencies);
            assert.ok(isKnown, `${file} imports ${name}, which is no dependency of the root`);
        }
    });

    it("are those of the workspace in toolchain/package.json", () => {
        // What compiles is for the command line too.
        const own = imported("toolchain/language-host", "toolchain/plugins");
        assert.ok(own.size > 10, "the search for imports finds none");
        for (const [name, file] of own) {
            assert.ok(
                name in toolchain.dependencies,
                `${file} imports ${name}, which the workspace does not name`,
            );
        }
        for (const name of Object.keys(toolchain.dependencies)) {
            assert.ok(own.has(name), `nothing in the workspace imports ${name}`);
        }
    });

    it("have one version where both name them", () => {
        for (const [name, version] of Object.entries(toolchain.dependencies)) {
            assert.equal(program.dependencies[name] ?? version, version, name);
        }
    });
});

describe("the check of what is installed", () => {
    let folder = "";
    const at = (name: string): string => path.join(folder, name);

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis packages "));
        fs.mkdirSync(at("toolchain"));
        fs.mkdirSync(at("node_modules"));
        fs.cpSync(path.join(root, "toolchain/packages-current.mjs"), at("toolchain/packages-current.mjs"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const lock = {
        "": { dependencies: { a: "1" }, devDependencies: { c: "1" } },
        toolchain: { dependencies: { a: "1", w: "1" } },
        "node_modules/own-toolchain": { link: true },
        "node_modules/a": { integrity: "a", dependencies: { b: "1" } },
        "node_modules/a/node_modules/b": { integrity: "b2" },
        "node_modules/b": { integrity: "b1" },
        "node_modules/c": { integrity: "c", optionalDependencies: { d: "1" } },
        "node_modules/d": { integrity: "d", optional: true },
        "node_modules/w": { integrity: "w", dependencies: { b: "1" } },
    };
    const isCurrent = (installed: Record<string, unknown>, ...words: string[]): boolean => {
        fs.writeFileSync(at("package-lock.json"), JSON.stringify({ packages: lock }));
        fs.writeFileSync(at("node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
        const ended = spawnSync(process.execPath, [at("toolchain/packages-current.mjs"), ...words]);
        assert.equal(ended.stderr.toString(), "");
        return ended.status === 0;
    };
    const without = (...names: string[]) =>
        Object.fromEntries(Object.entries(lock).filter(([name]) => name !== "" && !names.includes(name)));
    const workspace = ["toolchain", "node_modules/own-toolchain", "node_modules/w", "node_modules/b"];

    it("wants everything, the workspace's packages too", () => {
        assert.equal(isCurrent(without()), true);
        assert.equal(isCurrent(without("node_modules/d")), true);
        assert.equal(isCurrent(without(...workspace)), false);
        assert.equal(isCurrent(without("node_modules/w")), false);
    });

    it("can do without what only the workspace needs, and without nothing else", () => {
        assert.equal(isCurrent(without(...workspace), "--program"), true);
        assert.equal(isCurrent(without(), "--program"), true);
        for (const name of ["node_modules/a", "node_modules/a/node_modules/b", "node_modules/c"]) {
            assert.equal(isCurrent(without(...workspace, name), "--program"), false, name);
        }
    });

    it("takes no package of another content, the workspace's neither", () => {
        for (const name of ["node_modules/w", "node_modules/a"]) {
            assert.equal(isCurrent({ ...without(), [name]: { integrity: "x" } }, "--program"), false, name);
        }
        assert.equal(isCurrent({ ...without(), "node_modules/stray": {} }, "--program"), false);
    });
});

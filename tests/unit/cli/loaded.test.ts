import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { roomOf, rooms, usedBy } from "../../../lint/doors.mjs";

const root = path.join(__dirname, "../../..");

/** Writes down what Node loads: by `import` as it comes, by `require` (tsx has a way of its own there) at the end. */
const hook = `const { appendFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const note = (url) => appendFileSync(process.env.PORTCULLIS_LOADED, url + "\\n");
require("node:module").registerHooks({ load(url, context, next) { note(url); return next(url, context); } });
process.on("exit", () => Object.keys(require.cache).map((file) => note(pathToFileURL(file))));
`;

interface Run {
    readonly status: number | null;
    readonly output: string;
    /** Paths from the checkout's root. */
    readonly loaded: readonly string[];
}

/** Rooms that the command line may use, and those that these may use. */
function reachable(from = "cli", found = new Set<string>()): Set<string> {
    found.add(from);
    for (const next of rooms.filter(({ room }) => room === from).flatMap(usedBy)) {
        if (!found.has(next)) {
            reachable(next, found);
        }
    }
    return found;
}

/** Every command, hidden ones too. */
const commands = fs
    .readdirSync(path.join(root, "cli"))
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
        ...fs.readFileSync(path.join(root, "cli", file), "utf8").matchAll(/\.command\("([a-z-]+)"/g),
    ])
    .map((match) => match[1] ?? "");

describe("what the command line loads", () => {
    let folder = "";

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-loaded-"));
        fs.writeFileSync(path.join(folder, "hook.cjs"), hook);
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Runs a program of the checkout, as toolchain/tsx does. */
    function start(program: string, words: readonly string[], input = ""): Run {
        const list = path.join(folder, "loaded");
        fs.writeFileSync(list, "");
        const required = [path.join(folder, "hook.cjs"), require.resolve("tsx/cjs")];
        const ended = spawnSync(
            path.join(root, "toolchain/node"),
            [...required.flatMap((file) => ["--require", file]), program, ...words],
            { cwd: folder, input, encoding: "utf8", env: { ...process.env, PORTCULLIS_LOADED: list } },
        );
        const loaded = fs
            .readFileSync(list, "utf8")
            .split("\n")
            .filter((url) => url.startsWith("file:"))
            .map((url) => path.relative(root, fileURLToPath(url)))
            .filter((file) => !file.startsWith(".."));
        return {
            status: ended.status,
            output: `${ended.stdout}${ended.stderr}`,
            loaded: [...new Set(loaded)],
        };
    }

    const run = (words: readonly string[], input?: string) =>
        start(path.join(root, "cli/main.ts"), words, input);

    /** Everything of the checkout that was loaded has to be of a room to which the doors lead, and nothing be Pulumi's. */
    function assertPlain({ loaded, output }: Run): void {
        assert.ok(loaded.includes("cli/main.ts") && loaded.includes("text/count.ts"), output);
        assert.ok(loaded.some((file) => file.startsWith("node_modules/commander/")));
        const open = reachable();
        const wrong = loaded.filter((file) =>
            file.startsWith("node_modules/")
                ? file.startsWith("node_modules/@pulumi/")
                : !open.has(roomOf(file)?.room ?? ""),
        );
        assert.deepEqual(wrong, []);
    }

    it("is never Pulumi by the doors themselves", () => {
        const open = reachable();
        assert.deepEqual(
            rooms.filter(({ room, pulumi }) => pulumi && open.has(room)).map(({ room }) => room),
            [],
        );
        for (const shut of ["components", "policy", "config/index.ts", "toolchain"]) {
            assert.ok(!open.has(shut), shut);
        }
    });

    it("is seen, Pulumi too", () => {
        const program = path.join(folder, "program.ts");
        fs.writeFileSync(
            program,
            `import * as pulumi from ${JSON.stringify(require.resolve("@pulumi/pulumi"))};\nvoid pulumi;\n`,
        );
        const { loaded, output } = start(program, []);
        assert.ok(
            loaded.some((file) => file.startsWith("node_modules/@pulumi/pulumi/")),
            output,
        );
    });

    it("has commands to look at", () => {
        assert.ok(commands.length >= 10, commands.join(" "));
    });

    for (const command of commands) {
        it(`is plain: ${command} --help`, () => {
            const ran = run([command, "--help"]);
            assert.equal(ran.status, 0, ran.output);
            assert.match(ran.output, new RegExp(`^Usage: portcullis ${command} `, "m"));
            assertPlain(ran);
        });
    }

    it("is plain while it works: settings", () => {
        const ran = run(["settings"]);
        assert.equal(ran.status, 0, ran.output);
        assertPlain(ran);
    });

    it("is plain while it works: gate", () => {
        const policy = { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false };
        const digest = `sha256:${"a".repeat(64)}`;
        const scan = { name: "a", image: `host:5000/a@${digest}`, digest, enforce: true, report: "none" };
        const ran = run(
            ["gate", "--reports", folder],
            JSON.stringify({ policy, scans: [scan], canaries: [] }),
        );
        assert.equal(ran.status, 1, ran.output);
        assert.ok(fs.existsSync(path.join(folder, "summary.json")), ran.output);
        assertPlain(ran);
    });

    it("is plain while it works: predict", () => {
        // It reads the preview and stops at the stack, which is not there.
        const ran = run(["predict", "--stack", "not-there"], '{"steps":[]}');
        assert.equal(ran.status, 2, ran.output);
        assert.match(ran.output, /not-there/);
        assertPlain(ran);
    });
});

import type { Wire } from "../lib/driver";
import { compareWithOfficial, stopPlugins } from "../lib/scenario";
import { unknownValue, each, normalize, secret } from "./common";

const local = "urn:pulumi:dev::proj::command:local:Command::web";
const remote = "urn:pulumi:dev::proj::command:remote:Command::web";
describe("the command plugin answers as the official one", function () {
    this.timeout(60_000);
    after(stopPlugins);

    it("to the checks of local commands", () =>
        compareWithOfficial(
            "command",
            "check local",
            (plugin) =>
                each(
                    {
                        plain: { create: "true", environment: {}, interpreter: [], triggers: [] },
                        "unknown property": { create: "true", zeta: secret(1) },
                        "wrong types": {
                            create: 5,
                            stdin: {},
                            triggers: "x",
                            environment: { a: 1 },
                            interpreter: ["a", 3],
                            dir: [],
                            addPreviousOutputInEnv: "x",
                        },
                        "any logging": { logging: "loud" },
                        unknowns: {
                            create: unknownValue,
                            environment: { a: unknownValue },
                            triggers: [unknownValue],
                        },
                        "secret unknowns": {
                            create: secret(unknownValue),
                            environment: { a: secret(unknownValue) },
                        },
                        secrets: { stdin: secret("s"), triggers: [secret(1), { a: [secret("b")] }] },
                    },
                    (inputs) => plugin.check(local, inputs),
                ),
            normalize,
        ));

    it("to the checks of remote commands", () =>
        compareWithOfficial(
            "command",
            "check remote",
            (plugin) =>
                each(
                    {
                        defaults: { create: "x", connection: { host: "h", password: "p", privateKey: "k" } },
                        given: {
                            connection: secret({
                                host: "h",
                                port: 23,
                                user: "",
                                dialErrorLimit: 0,
                                perDialTimeout: 0,
                            }),
                        },
                        fractions: { connection: { host: "h", dialErrorLimit: 2.7, port: 22.5 } },
                        "no connection": { create: "x" },
                        "wrong connection": { connection: { hots: "x", port: "22" }, dir: "a" },
                        "connection of a wrong type": { connection: "root@h" },
                        "unknown connection": { connection: unknownValue },
                        "unknown host": { connection: { host: unknownValue, password: unknownValue } },
                        "secret unknown host": {
                            connection: { host: secret(unknownValue), user: secret(unknownValue) },
                        },
                    },
                    (inputs) => plugin.check(remote, inputs),
                ),
            normalize,
        ));

    it("to differences", () =>
        compareWithOfficial(
            "command",
            "diff",
            async (plugin) => {
                const state = { create: "x", environment: { A: "1" }, stdout: "old", stderr: "" };
                const pairs: Record<string, [Wire, Wire]> = {
                    none: [{ create: "a" }, { create: "a" }],
                    "create and new triggers": [{ create: "a" }, { create: "b", triggers: [1] }],
                    "a trigger": [{ triggers: [1, { a: 2 }, 3] }, { triggers: [1, { a: 3, b: 1 }, 3, 5] }],
                    "fewer triggers": [{ triggers: [1, 2] }, { triggers: [1] }],
                    "no triggers any more": [{ triggers: [1] }, {}],
                    "unknown triggers": [{ triggers: [1] }, { triggers: unknownValue }],
                    "an unknown trigger": [{ triggers: ["a"] }, { triggers: [unknownValue] }],
                    "became secret": [{ stdin: "a" }, { stdin: secret("a") }],
                    "secret changed": [
                        { environment: { a: secret("x") } },
                        { environment: { a: secret("y") } },
                    ],
                    keys: [
                        { environment: { "a.b": "1", c: "2", 'q"': "" } },
                        { environment: { "a.b": "2", d: "3" } },
                    ],
                    nested: [{ triggers: [[1, [2]], { "x y": 1 }] }, { triggers: [[1, [3]], { "x y": 2 }] }],
                    types: [{ triggers: ["a", [1], { a: 1 }] }, { triggers: [1, { a: 1 }, "x"] }],
                    "engine's own": [{ create: "a" }, { create: "a", version: "2", __x: "3" }],
                    "unknown property": [{ create: "a" }, { create: "a", zeta: 1 }],
                };
                const answers: Record<string, unknown> = {};
                for (const [name, [olds, news]] of Object.entries(pairs)) {
                    answers[name] = await plugin.diff(local, "id", state, olds, news);
                }
                const ignored = ["create", "environment.A"];
                const changed = { create: "b", environment: { A: "2" } };
                answers["ignored"] = await plugin.diff(local, "id", state, state, changed, ignored);
                const connections = [{ host: "h" }, { host: "i" }].map((connection) => ({
                    connection: secret(connection),
                }));
                answers["connection"] = await plugin.diff(
                    remote,
                    "id",
                    {},
                    connections[0] ?? {},
                    connections[1] ?? {},
                );
                return answers;
            },
            normalize,
        ));

    it("to previews", () =>
        compareWithOfficial(
            "command",
            "preview",
            async (plugin) => {
                const state = {
                    create: "x",
                    environment: { A: "1" },
                    stdout: secret("old"),
                    stderr: "older",
                };
                const creates = await each(
                    {
                        known: { create: "x", environment: {}, triggers: [] },
                        unknown: { create: unknownValue, environment: { A: unknownValue } },
                        secret: { create: "x", stdin: secret("a"), environment: { A: secret("b") } },
                        "secret unknown": {
                            stdin: secret(unknownValue),
                            environment: { A: secret(unknownValue) },
                        },
                        invalid: { create: "x", zeta: 1 },
                    },
                    (inputs) => plugin.create(local, inputs, true),
                );
                const updates = await each(
                    {
                        same: { create: "x", environment: { A: "1" } },
                        added: { create: "x", environment: { A: "1" }, delete: "y" },
                        changed: { create: "y", environment: { A: "1" } },
                        removed: { create: "x" },
                        unknown: { create: "x", environment: unknownValue },
                        secret: { create: secret("x"), environment: { A: "1" } },
                    },
                    (inputs) => plugin.update(local, "id", state, {}, inputs, true),
                );
                return { creates, updates };
            },
            normalize,
        ));

    it("to local runs", () =>
        compareWithOfficial(
            "command",
            "run local",
            async (plugin) => {
                const state = { create: "x", stdout: "old", stderr: "older", environment: { A: "0" } };
                const show = 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR/$A"';
                const creates = await each(
                    {
                        plain: { create: "echo out; echo err >&2" },
                        secrets: { create: "cat", stdin: secret("s"), triggers: [1, secret(2), { a: true }] },
                        nothing: { delete: "true" },
                        "last newline only": { create: "printf 'a\\r\\n\\n'; printf 'b\\n' >&2" },
                        "exit status": { create: 'echo "o"\techo é; exit 3' },
                        "special characters": {
                            create: "exit 1 # \u0007\b\f\r\v\u0001\u007f\\\u00ad\u200b😀\u2028\u{e0001}",
                        },
                        killed: { create: "kill -9 $$" },
                        segfault: { create: "kill -11 $$" },
                        "no such interpreter": { create: "x", interpreter: ["/nope"] },
                        "interpreter not on the path": { create: "x", interpreter: ["nope", "-c"] },
                        "interpreter is a folder": { create: "x", interpreter: ["/etc"] },
                        "no such folder": { create: "x", dir: "/nope" },
                        "folder is a file": { create: "true", dir: "/etc/passwd" },
                        folder: { create: "pwd", dir: "/usr" },
                        "the path of the command": { create: "ls", environment: { PATH: "/nope" } },
                        "no text": { create: "printf '\\377'", logging: "none" },
                        "no text, failing": { create: "printf '\\377\\376'; exit 1", logging: "none" },
                        "NUL in the environment": { create: "true", environment: { A: "b\u0000c" } },
                        "NUL in the command": { create: "true\u0000" },
                        "unknown property": { create: "true", zeta: 1 },
                    },
                    (inputs) => plugin.create(local, inputs),
                );
                const updates = await each(
                    {
                        "create again": { create: show, environment: { A: "1" } },
                        update: { create: "x", update: "echo updated" },
                        nothing: { delete: "x" },
                        "previous output not wanted": { create: show, addPreviousOutputInEnv: false },
                        failing: { create: "exit 1" },
                    },
                    (inputs) => plugin.update(local, "id", state, {}, inputs),
                );
                const long = { ...state, stdout: "x".repeat(200_000) };
                const deletes = {
                    nothing: await plugin.delete(local, "id", {}, state),
                    failing: await plugin.delete(local, "id", {}, { ...state, delete: `${show}; exit 2` }),
                    "environment too long": await plugin.delete(local, "id", {}, { ...long, delete: "true" }),
                    "unknown in state": await plugin.delete(local, "id", {}, { ...state, zeta: 1 }),
                };
                const reads = {
                    refresh: await plugin.read(
                        local,
                        "id",
                        { create: "x" },
                        { ...state, stdout: secret("old") },
                    ),
                    import: await plugin.read(local, "id", {}, {}),
                    invalid: await plugin.read(local, "id", { zeta: 1 }, {}),
                };
                return { creates, updates, deletes, reads };
            },
            normalize,
        ));

    it("to what it logs", () =>
        compareWithOfficial(
            "command",
            "logs",
            async (plugin) => {
                const answers: Record<string, unknown> = {};
                const slowly = "echo a; sleep 0.1; echo b >&2; sleep 0.1; printf c";
                const lines = "printf 'a\\n\\nb\\r\\nc\\377\\376d\\rx\\n\\n'";
                for (const logging of ["stdout", "stderr", "stdoutAndStderr", "none", "loud"]) {
                    plugin.logs.length = 0;
                    await plugin.create(local, { create: slowly, logging });
                    answers[logging] = [...plugin.logs];
                }
                plugin.logs.length = 0;
                await plugin.create(local, { create: lines });
                answers["lines"] = [...plugin.logs];
                return answers;
            },
            normalize,
        ));
});

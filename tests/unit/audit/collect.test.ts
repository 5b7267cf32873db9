import assert from "node:assert/strict";
import * as fc from "fast-check";
import { collect, mergeFacts } from "../../../audit/collect";
import { sweepEngine } from "../../../audit/collect/engine";
import { parseReading } from "../../../audit/collect/host";
import { targetOf } from "../../../transport/target";
import { AuditError } from "../../../audit/error";
import { type Answerer, readRecording, silence, withEngine } from "./recording";

const recording = readRecording("hardened");
const recorded: Answerer = (path) => recording.answers[path];
const inspects = Object.keys(recording.answers).filter((path) =>
    /^\/containers\/[0-9a-f]+\/json$/.test(path),
);
const [firstInspect = ""] = inspects;

/** A sweep of a fake engine, given up after a while. */
function sweep(answer: Answerer, milliseconds = 5000) {
    return withEngine(answer, (url) => {
        const ending = new AbortController();
        const timer = setTimeout(() => {
            ending.abort(new Error("no full answer within the time of the test"));
        }, milliseconds);
        return sweepEngine(targetOf(url), ending.signal).finally(() => {
            clearTimeout(timer);
        });
    });
}

function changed(path: string, change: (answer: Record<string, unknown>) => unknown): Answerer {
    return (asked, response) => {
        const answer = recorded(asked, response);
        return asked === path && typeof answer === "object" && answer !== null
            ? change(Object.fromEntries(Object.entries(answer)))
            : answer;
    };
}

describe("audit: the sweep of the engine", () => {
    it("reads what the engine answers", async () => {
        const found = await sweep(recorded);
        assert.equal(found.containers.length, 3);
        assert.equal(found.engine.version, "26.1.5+dfsg1");
        assert.deepEqual(found.vanished, []);
    });

    it("leaves out a container that is gone before it is looked at, and says so", async () => {
        const found = await sweep((path, response) =>
            path === firstInspect ? undefined : recorded(path, response),
        );
        assert.equal(found.containers.length, 2);
        assert.equal(found.vanished.length, 1);
        assert.match(found.vanished[0] ?? "", /^container [0-9a-f]{64}$/);
    });

    it("leaves out a container that ended before it was looked at", async () => {
        const ended = { Running: false, Restarting: false };
        const found = await sweep(changed(firstInspect, (answer) => ({ ...answer, State: ended })));
        assert.equal(found.containers.length, 2);
        assert.equal(found.vanished.length, 1);
    });

    it("keeps a container that is being restarted", async () => {
        const restarting = { Running: false, Restarting: true };
        const found = await sweep(changed(firstInspect, (answer) => ({ ...answer, State: restarting })));
        assert.equal(found.containers.length, 3);
    });

    it("leaves out an image that is gone before it is looked at, and says so", async () => {
        const found = await sweep((path, response) =>
            path.endsWith("/history") ? undefined : recorded(path, response),
        );
        assert.equal(found.images.length, 0);
        assert.ok(found.vanished.every((what) => what.startsWith("image sha256:")));
    });

    it("takes a label of 1 MB and a name of markup as they are", async () => {
        const markup = "<script>alert(1)</script>\u0000\u001b[31m";
        const found = await sweep(
            changed(firstInspect, (answer) => ({
                ...answer,
                Name: `/${markup}`,
                Config: { User: "0", Labels: { big: "x".repeat(1 << 20), [markup]: markup } },
            })),
        );
        const [container] = found.containers.filter(({ user }) => user === "0");
        assert.equal(container?.name, markup);
        assert.equal(container.isDockerBench, false);
    });

    const failures: readonly (readonly [string, Answerer, RegExp])[] = [
        ["is silent", () => silence, /no full answer within the time of the test/],
        [
            "is silent about one container",
            (path, response) => (path === firstInspect ? silence : recorded(path, response)),
            /no full answer/,
        ],
        ["answers something else", () => ({ hello: "world" }), /GET \/.* in a form that is not known/],
        [
            "fails",
            (path, response) => {
                if (path !== "/info") {
                    return recorded(path, response);
                }
                response.statusCode = 500;
                return response.end('{"message":"<b>broken</b>"}');
            },
            /GET \/info\): <b>broken<\/b>/,
        ],
        [
            "sends half an answer",
            (path, response) => {
                if (path !== "/networks") {
                    return recorded(path, response);
                }
                response.setHeader("Content-Length", "1000");
                response.write("[{");
                response.destroy();
                return silence;
            },
            /GET \/networks/,
        ],
        [
            "says nothing of a container's capabilities that can be read",
            changed(firstInspect, (answer) => ({ ...answer, HostConfig: { CapAdd: "ALL" } })),
            /GET \/containers\/[0-9a-f]+\/json in a form that is not known/,
        ],
    ];
    for (const [what, answer, message] of failures) {
        it(`can not audit an engine that ${what}`, async () => {
            await assert.rejects(sweep(answer, 300), (error) => {
                assert.ok(error instanceof AuditError, String(error));
                assert.match(error.message, message);
                return true;
            });
        });
    }

    it("can not audit an engine that is not there", async () => {
        await assert.rejects(
            collect(targetOf("unix:///nowhere/docker.sock"), { timeoutSeconds: 5 }),
            (error) => error instanceof AuditError && /ENOENT.*check that the host is up/.test(error.message),
        );
    });

    it("gives up in the time that it was given", async () => {
        const start = Date.now();
        await withEngine(
            () => silence,
            (url) =>
                assert.rejects(collect(targetOf(url), { timeoutSeconds: 1 }), /no full answer within 1 s/),
        );
        assert.ok(Date.now() - start < 4000, `${Date.now() - start} ms`);
    });
});

describe("audit: what the script prints", () => {
    const printed: unknown = JSON.parse(recording.script);
    assert.ok(typeof printed === "object" && printed !== null);
    const fields = Object.fromEntries(Object.entries(printed));
    const pack = (text: string): string => Buffer.from(text).toString("base64");

    it("is read on this machine, whatever it is", async () => {
        const facts = await withEngine(recorded, (url) => collect(targetOf(url)));
        assert.ok(facts.mountPoints.includes("/"));
        assert.ok(Math.abs(facts.time - Date.now() / 1000) < 60);
    });

    it("is never guessed at: broken output is an error", () => {
        const broken = fc.oneof(
            fc.string(),
            fc.json(),
            fc.nat(recording.script.length - 2).map((length) => recording.script.slice(0, length)),
            fc.constantFrom(...Object.keys(fields)).map((key) => {
                const rest = Object.entries(fields).filter(([name]) => name !== key);
                const optional = ["config", "dockerBenchConfig", "rules", "ruleFile"].includes(key);
                return JSON.stringify(optional ? [] : Object.fromEntries(rest));
            }),
        );
        fc.assert(
            fc.property(broken, (text) => {
                assert.throws(() => parseReading(text, "ssh://host"), AuditError);
            }),
        );
    });

    it("may hold any text in its fields: it is read, or it is an error of the audit", () => {
        const anyField = fc.constantFrom(...Object.keys(fields).filter((key) => key !== "format"));
        fc.assert(
            fc.property(anyField, fc.string({ unit: "binary" }), (key, text) => {
                try {
                    parseReading(JSON.stringify({ ...fields, [key]: pack(text) }), "ssh://host");
                } catch (error) {
                    assert.ok(error instanceof AuditError, String(error));
                }
            }),
        );
    });

    it("tells a link's own mode from the file's", () => {
        const path = "/etc/default/docker";
        const change = {
            files: pack(`41ed 755 0 0 root root /\n81a4 640 0 0 root root ${path}\n`),
            links: pack(`a1ff 777 7 8 me us ${path}\n`),
        };
        const { files } = parseReading(JSON.stringify({ ...fields, ...change }), "ssh://host");
        const own = { mode: 0o777, uid: 7, gid: 8, user: "me", group: "us" };
        assert.deepEqual(files, [
            { path, kind: "file", mode: 0o640, uid: 0, gid: 0, user: "root", group: "root", link: own },
        ]);
    });

    it("tells who has which socket, and what systemd waits at", () => {
        const listening = pack(
            [
                "engine unix /run/docker.sock",
                "systemd tcp 0100007F:0947",
                "other tcp 00000000000000000000000000000000:0948",
                "engine tcp B80D0120000000000000000001000000:1F90",
                "engine tcp oops",
                "",
            ].join("\n"),
        );
        const unitSockets = pack(
            "/run/docker.sock (Stream)\n[::]:2376 (Stream)\nkobject-uevent 1 (Netlink)\n",
        );
        const read = (more: object) =>
            parseReading(JSON.stringify({ ...fields, ...more }), "ssh://host").daemon;
        assert.deepEqual(read({ listening, unitSockets }).listening, [
            { heldBy: "engine", address: "unix:///run/docker.sock" },
            { heldBy: "systemd", address: "tcp://127.0.0.1:2375" },
            { heldBy: "systemd", address: "tcp://[::]:2376" },
            { heldBy: "engine", address: "tcp://[2001:db8:0:0:0:0:0:1]:8080" },
        ]);
        assert.equal(read({}).listening, undefined);
    });

    it("knows podman by its answers", async () => {
        const { engine } = await sweep(
            changed("/info", (answer) => ({ ...answer, BuildahVersion: "1.39.3" })),
        );
        assert.deepEqual(engine.components, ["Podman Engine"]);
        const told = await sweep((path, response) =>
            path === "/version"
                ? { Components: [{ Name: "Engine" }, { Name: "runc" }] }
                : recorded(path, response),
        );
        assert.deepEqual(told.engine.components, ["Engine", "runc"]);
        assert.equal((await sweep(recorded)).engine.components, undefined);
    });

    it("gives each container its sshd", async () => {
        const found = await sweep(recorded);
        const [first, second] = found.containers.map(({ id }) => id);
        const sshd = pack(`${first ?? ""} yes\n${second ?? ""} no\n- yes\n`);
        const reading = parseReading(JSON.stringify({ ...fields, sshd }), "ssh://host");
        const facts = mergeFacts(found, reading, { host: "ssh://host", trustedUsers: undefined });
        assert.deepEqual(
            facts.containers.map((container) => container.sshd),
            [{ visible: true }, { visible: false }, undefined],
        );
    });
});

import assert from "node:assert/strict";
import { checks } from "../../../../audit/checks";
import { engine } from "../cases";
import { daemon } from "../facts";
import { judged } from "./judged";

function ids(section: string, ...numbers: number[]): string[] {
    return numbers.map((number) => `${section}.${number}`);
}

/** The numbers from 1 on. */
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** Checks of the engine's process, settings and files. */
const ofDaemon = [
    ...ids("1.1", ...upTo(18).slice(2)),
    ...ids("2", 2, 3, 4, 7, 8, 10, 11, 14, 16),
    ...ids("3", ...upTo(24)),
];
/** Checks of the engine's answers. */
const ofEngine = ids("2", 1, 5, 6, 9, 12, 13, 15, 17, 18);

const rootless = "the engine is rootless: its settings and files are its user's, and root's were read";
const snap =
    "the engine is a snap: its settings and files lie under /var/snap, and those under /etc were read";
const silent = "the engine does not tell which product it is (GET /version)";
const program = ["/snap/docker/3265/bin/dockerd"];

const hosts: readonly (readonly [string, Parameters<typeof judged>[1], readonly string[]])[] = [
    [silent, engine({ components: undefined }), [...ofDaemon, ...ofEngine]],
    // Where no process called dockerd runs, only another product can answer: the audit goes on.
    [
        silent,
        { ...engine({ components: undefined }), daemon: { ...daemon({}), command: [] } },
        [...ofDaemon, ...ofEngine],
    ],
    ["the engine is no Docker Engine (x, y)", engine({ components: ["x", "y"] }), [...ofDaemon, ...ofEngine]],
    [rootless, engine({ securityOptions: ["name=seccomp,profile=builtin", "name=rootless"] }), ofDaemon],
    [snap, engine({ rootDir: "/var/snap/docker/common/var-lib-docker" }), ofDaemon],
    [snap, { daemon: { ...daemon({}), command: program, newestCommand: program } }, ofDaemon],
    ["", {}, []],
];

describe("audit: an engine that is not root's Docker Engine", () => {
    for (const [why, change, expected] of hosts) {
        it(`is not judged in ${expected.length} checks: ${why}`, () => {
            const found = checks
                .map(({ id }) => ({ id, outcome: judged(id, change) }))
                .filter(({ outcome }) => outcome.details?.startsWith("Not judged: "));
            assert.deepEqual(found.map(({ id }) => id).sort(), [...expected].sort());
            for (const { id, outcome } of found) {
                assert.deepEqual(outcome, { result: "INFO", details: `Not judged: ${why}.` }, id);
            }
        });
    }
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { auditFacts } from "../../../audit/audit";
import { parseDockerBench } from "../../../audit/docker-bench/run";
import type { HostFacts } from "../../../audit/facts";
import type { CheckResult } from "../../../audit/model";
import { auditSettingsSchema } from "../../../audit/settings";
import { judgeAudit, stackGate } from "../../../audit/verdict";
import { factsOf, readRecording } from "./recording";
import { cells } from "../../support/markdown";
import { renderScores, scored } from "./scores";

/** A recorded host: the scores, and where Docker Bench is known to be wrong on it (`id ours theirs`). */
interface Expected {
    readonly score: number;
    readonly benchScore: number;
    readonly equal: number;
    readonly explained: readonly string[];
}

/** What was measured when the hosts were recorded. */
const expected: Readonly<Record<string, Expected>> = {
    half: { score: 14, benchScore: 14, equal: 116, explained: ["2.17 PASS INFO"] },
    hardened: {
        score: 38,
        benchScore: 42,
        equal: 114,
        explained: ["2.13 WARN PASS", "2.17 PASS INFO", "5.15 WARN PASS"],
    },
    "hardened-20.10": {
        score: 38,
        benchScore: 42,
        equal: 115,
        explained: ["2.13 WARN PASS", "5.15 WARN PASS"],
    },
    misread: {
        score: -6,
        benchScore: 31,
        equal: 91,
        explained: [
            "1.1.3 WARN PASS",
            "1.1.6 WARN PASS",
            "1.1.11 WARN PASS",
            "2.7 PASS WARN",
            "2.10 WARN PASS",
            "2.13 WARN PASS",
            "2.14 WARN PASS",
            "2.15 WARN PASS",
            "2.17 PASS INFO",
            "2.18 WARN INFO",
            "3.7 WARN PASS",
            "3.10 WARN PASS",
            "3.18 WARN PASS",
            "3.20 PASS WARN",
            "4.1 WARN PASS",
            "5.3 WARN PASS",
            "5.4 WARN PASS",
            "5.5 WARN PASS",
            "5.8 PASS WARN",
            "5.10 WARN PASS",
            "5.11 WARN PASS",
            "5.12 WARN PASS",
            "5.16 WARN PASS",
            "5.22 WARN PASS",
            "5.26 WARN PASS",
            "5.29 WARN PASS",
        ],
    },
    mixed: {
        score: -18,
        benchScore: -14,
        equal: 114,
        explained: ["2.17 PASS INFO", "5.14 WARN PASS", "5.26 WARN PASS"],
    },
    plain: { score: 3, benchScore: 5, equal: 115, explained: ["2.17 PASS INFO", "5.15 WARN PASS"] },
    swarm: { score: 9, benchScore: 10, equal: 115, explained: ["2.13 INFO PASS", "2.17 PASS INFO"] },
    vm: {
        score: 70,
        benchScore: 74,
        equal: 114,
        explained: ["2.13 WARN PASS", "2.17 PASS INFO", "5.15 WARN PASS"],
    },
};

/** The containers that Docker Bench names in a result: `name`, `name:what` or `id:name`. */
function named(items: readonly string[] | undefined): string[] {
    return [
        ...new Set((items ?? []).map((item) => item.replace(/^[0-9a-f]{64}:/, "").replace(/:.*/, ""))),
    ].sort();
}

/** Checks of containers whose findings do not count. */
const remarks = ["5.18", "5.19", "5.30"];

/** Checks whose items are containers: 5.1 is about the engine, and 5.28 is a remark. */
function isOfContainers({ id, section }: CheckResult): boolean {
    return (section === 5 && !["5.1", "5.28"].includes(id)) || id === "4.1";
}

describe("audit: recorded hosts", () => {
    it("are told of in docs/audit-scores.md as they were recorded", async () => {
        const page = fs.readFileSync(path.join(__dirname, "../../../docs/audit-scores.md"), "utf8");
        const told = /<!-- scores -->(.*)<!-- \/scores -->/s.exec(page)?.[1] ?? "";
        assert.deepEqual(
            cells(told),
            cells(await renderScores()),
            "replace the tables by the output of `toolchain/tsx tests/unit/audit/scores.ts`",
        );
    });

    it("has an expectation for every recording", () => {
        const files = fs
            .readdirSync(path.join(__dirname, "recorded"))
            .map((file) => file.replace(/\.json\.gz$/, ""));
        assert.deepEqual(files.sort(), Object.keys(expected).sort());
    });

    for (const [name, { score, benchScore, equal, explained }] of Object.entries(expected)) {
        it(`${name}: every verdict is Docker Bench's, but for its known errors`, async () => {
            const found = await scored(name);
            assert.deepEqual(found.comparison.unexplained, []);
            assert.deepEqual(
                found.comparison.explained.map(({ id, ours, theirs }) => `${id} ${ours} ${theirs}`),
                explained,
            );
            assert.equal(found.comparison.equal, equal);
            assert.equal(found.report.score, score);
            assert.equal(found.comparison.theirScore, benchScore);
        });
    }

    /** What a stack of these settings is over its gate with, on a recorded host. */
    async function overGate(name: string, change: Partial<HostFacts> = {}): Promise<string[]> {
        const recorded = await factsOf(readRecording(name));
        const gate = stackGate(auditSettingsSchema.parse({}), "portcullis");
        const { failures } = judgeAudit(auditFacts({ ...recorded, ...change }), gate);
        return failures.map((line) => line.split(" ")[0] ?? "");
    }

    /** The recordings are older than the line in which a host says that it is a container. */
    async function inContainer(name: string): Promise<Partial<HostFacts>> {
        const { auditRules } = await factsOf(readRecording(name));
        return { auditRules: { ...auditRules, refusal: "container" } };
    }

    it("are within their gate where the stack is up, and not where it is not", async () => {
        assert.deepEqual(await overGate("vm"), []);
        for (const name of ["hardened", "hardened-20.10"]) {
            assert.deepEqual(await overGate(name, await inContainer(name)), []);
            assert.equal((await overGate(name)).length, 15, "audit rules that the kernel would take");
        }
        const plain = await overGate("plain", await inContainer("plain"));
        assert.ok(["2.2", "2.9", "2.12", "5.12", "5.13"].every((id) => plain.includes(id)));
    });

    it("are over it with a container that is not the stack's", async () => {
        const { containers } = await factsOf(readRecording("vm"));
        const [registry] = containers.filter(({ name }) => name === "portcullis-registry");
        assert.ok(registry !== undefined);
        const other = { ...registry, id: "f".repeat(64), name: "other" };
        assert.deepEqual(await overGate("vm", { containers: [...containers, other] }), ["5.9", "5.15"]);
    });

    for (const name of Object.keys(expected)) {
        it(`${name}: what Docker Bench finds in each container is foretold`, async () => {
            const recording = readRecording(name);
            const facts = await factsOf(recording);
            const foretold = new Map<string, string[]>();
            const leftOut: string[] = [];
            for (const container of facts.containers) {
                const alone = auditFacts({ ...facts, containers: [container] }).results.filter(
                    isOfContainers,
                );
                if (alone.some(({ dockerBench }) => dockerBench?.result === "absent")) {
                    leftOut.push(container.name);
                }
                for (const { id, result, dockerBench } of alone) {
                    const finding = remarks.includes(id) ? "INFO" : "WARN";
                    const found = (dockerBench?.result ?? result) === finding;
                    foretold.set(id, [...(foretold.get(id) ?? []), ...(found ? [container.name] : [])]);
                }
            }
            for (const { id, items } of parseDockerBench(JSON.stringify(recording.dockerBench), name)
                .results) {
                const containers = foretold.get(id);
                // 5.30 takes its containers from the network, those too that are left out elsewhere.
                const seen = named(items).filter((item) => id !== "5.30" || !leftOut.includes(item));
                if (containers !== undefined) {
                    assert.deepEqual(containers.sort(), seen, id);
                }
            }
        });
    }
});

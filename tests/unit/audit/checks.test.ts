import assert from "node:assert/strict";
import { auditFacts } from "../../../audit/audit";
import { checks } from "../../../audit/checks";
import type { HostFacts } from "../../../audit/facts";
import type { CheckResult } from "../../../audit/model";
import { AuditError } from "../../../audit/error";
import { container } from "./cases";
import { containerCases } from "./cases-containers";
import { hostCases } from "./cases-host";
import { daemon, goodHost } from "./facts";

function result(id: string, facts: HostFacts): CheckResult {
    const found = auditFacts(facts).results.find((line) => line.id === id);
    assert.ok(found, id);
    return found;
}

describe("audit: the checks", () => {
    it("are the 117 of Docker Bench 1.6.0, each once, in its order", () => {
        const counts = { 2: 18, 3: 24, 4: 12, 5: 32, 6: 2, 7: 9 };
        const first = Array.from({ length: 18 }, (_, index) => `1.1.${index + 1}`);
        const rest = Object.entries(counts).flatMap(([section, count]) =>
            Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
        );
        const ids = checks.map(({ id }) => id);
        assert.deepEqual(ids, [...first, "1.2.1", "1.2.2", ...rest]);
        assert.equal(ids.length, 117);
    });

    it("say what they are, what they read and what to do", () => {
        for (const { id, section, title, reads, remediation, reference } of checks) {
            assert.equal(String(section), id.split(".")[0]);
            for (const text of [title, reads, remediation]) {
                assert.ok(text.length > 3, id);
            }
            assert.equal(reference, `CIS Docker Benchmark 1.6.0, ${id}`);
        }
    });

    it("find nothing on a good host, and count it", () => {
        const { results, score } = auditFacts(goodHost());
        assert.deepEqual(
            results.filter(({ result: verdict }) => verdict === "WARN"),
            [],
        );
        assert.equal(
            score,
            results.filter(({ scored, result: verdict }) => scored && verdict === "PASS").length,
        );
    });

    for (const [what, id, change, ours, theirs] of [...hostCases, ...containerCases]) {
        it(`${id}: ${what}: ${ours}${theirs === undefined ? "" : `, and ${theirs} by Docker Bench`}`, () => {
            const found = result(id, goodHost(change));
            assert.deepEqual([found.result, found.dockerBench?.result], [ours, theirs]);
            if (theirs !== undefined) {
                assert.ok((found.dockerBench?.why.length ?? 0) > 20);
            }
        });
    }

    it("count a scored WARN as minus one", () => {
        const better = auditFacts(goodHost()).score;
        assert.equal(auditFacts(goodHost(container({ privileged: false, memory: 0 }))).score, better - 2);
        assert.equal(auditFacts(goodHost(container({ deviceCount: 1 }))).score, better);
    });

    it("judge no arguments that were not found, and no configuration that is not JSON", () => {
        const unknown = { ...daemon({}), command: [] };
        assert.throws(() => auditFacts(goodHost({ daemon: unknown })), /no process called dockerd/);
        for (const text of ["{", '"text"', '{"icc": "no"}', '{"hosts": "tcp://a"}']) {
            assert.throws(() => auditFacts(goodHost({ daemon: daemon(text) })), AuditError);
        }
    });
});

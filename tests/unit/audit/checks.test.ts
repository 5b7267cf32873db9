import assert from "node:assert/strict";
import { auditFacts } from "../../../audit/audit";
import { checks } from "../../../audit/checks";
import { inOrder } from "../../../audit/checks/order";
import { foretoldIds } from "../../../audit/docker-bench/foretold";
import type { HostFacts } from "../../../audit/facts";
import type { CheckResult } from "../../../audit/model";
import { AuditError } from "../../../audit/error";
import { container, engine } from "./cases";
import { containerCases } from "./cases-containers";
import { hostCases } from "./cases-host";
import { oppositeCases } from "./cases-opposite";
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

    it("have titles that are subjects, and so read right beside PASS and beside WARN", () => {
        const statement = /^(No|Only|The) |(?<!that |who |nobody )\b(is|are|has|have|can|cannot|may|does)\b/;
        const asked = / \(should (not )?be [^)]+\)$/;
        assert.deepEqual(
            checks.map(({ title }) => title.replace(asked, "")).filter((title) => statement.test(title)),
            [],
        );
        assert.match("Only the ports that are needed are published", statement);
        assert.match("Images have a health check", statement);
    });

    it("are put into order by the numbers of their ids, and none twice", () => {
        const ids = (all: readonly string[]) => inOrder(all.map((id) => ({ id }))).map(({ id }) => id);
        assert.deepEqual(ids(["10.1", "1.2.1", "2.10", "1.1.10", "2.9", "1.1.2"]), [
            ...["1.1.2", "1.1.10", "1.2.1", "2.9", "2.10", "10.1"],
        ]);
        assert.throws(() => ids(["2.1", "2.10", "2.1"]), /check 2\.1 is there twice/);
    });

    it("are known where Docker Bench is foretold to err", () => {
        const known = new Set(checks.map(({ id }) => id));
        assert.deepEqual(
            foretoldIds.filter((id) => !known.has(id)),
            [],
        );
    });

    it("name what of the host stands in the way of audit rules and AppArmor, where that is all", () => {
        const found = (id: string, change: Partial<HostFacts>) => {
            const { result: verdict, hostLimit, details } = result(id, goodHost(change));
            return [verdict, hostLimit ?? details];
        };
        const none = { hasAuditctl: false, isEnabled: true, rules: [], fileLines: [] };
        const ruled = (refusal?: "container" | "unbuilt" | "off") =>
            found("1.1.3", { auditRules: { ...none, ...(refusal === undefined ? {} : { refusal }) } });
        assert.deepEqual(ruled(), ["WARN", "auditctl is not installed, so the kernel has no audit rules."]);
        assert.deepEqual(ruled("container"), [
            "WARN",
            "the host is a container, and the kernel takes audit rules from no container",
        ]);
        assert.deepEqual(ruled("unbuilt"), ["WARN", "the kernel is built without audit"]);
        // Whoever starts the host can leave this out: it is no limit of the host.
        assert.deepEqual(ruled("off"), [
            "WARN",
            "The kernel was started with audit=0: take that out of its command line.",
        ]);

        const confined = (appArmorProfile: string, kernel: string[], options: string[] = []) =>
            result(
                "5.2",
                goodHost({
                    ...container({ appArmorProfile, securityOptions: options }),
                    ...engine({ securityOptions: kernel }),
                }),
            ).hostLimit !== undefined;
        assert.equal(confined("", ["name=seccomp,profile=builtin"]), true);
        assert.equal(confined("", ["name=apparmor", "name=seccomp,profile=builtin"]), false);
        assert.equal(confined("unconfined", ["name=seccomp,profile=builtin"]), false);
        assert.equal(confined("", ["name=seccomp,profile=builtin"], ["apparmor=mine"]), false);
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

    for (const [what, id, change, ours, theirs] of [...hostCases, ...containerCases, ...oppositeCases]) {
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

    it("name the sockets and the engine that they are about", () => {
        const listening = [
            { heldBy: "systemd", address: "tcp://[::]:2375" },
            { heldBy: "engine", address: "unix:///run/docker.sock" },
        ] as const;
        assert.deepEqual(result("2.7", goodHost({ daemon: { ...daemon({}), listening } })).items, [
            "tcp://[::]:2375",
        ]);
        // A published port, which the engine's own process keeps, is no socket of the API.
        const published = {
            ...container({ ports: [{ address: "0.0.0.0", port: 2375 }] }),
            daemon: {
                ...daemon({}),
                listening: [{ heldBy: "engine", address: "tcp://0.0.0.0:2375" }] as const,
            },
        };
        assert.equal(result("2.7", goodHost(published)).details, "The engine does not listen on TCP.");
        const podman = goodHost({
            ...engine({ components: ["Podman Engine"] }),
            daemon: { ...daemon({}), command: [], newestCommand: [] },
        });
        assert.equal(
            result("2.7", podman).details,
            "Not judged: the engine is no Docker Engine (Podman Engine).",
        );
        const { details } = result("3.17", goodHost(engine({ rootDir: "/var/snap/docker/common/x" })));
        assert.match(details ?? "", /^Not judged: the engine is a snap/);
    });

    it("have remedies that can be followed: no driver that a stack refuses, no variable that breaks its pulls", () => {
        const remedy = (id: string) => result(id, goodHost()).remediation;
        assert.match(remedy("2.13"), /^Set the log driver journald/);
        assert.match(
            remedy("4.5"),
            /^Leave DOCKER_CONTENT_TRUST alone.*2026-12-08.*by digest.*cosign or notation/,
        );
    });

    it("judge no arguments that were not found, and no configuration that is not JSON", () => {
        const unknown = { ...daemon({}), command: [] };
        assert.throws(() => auditFacts(goodHost({ daemon: unknown })), /no process called dockerd/);
        for (const text of ["{", '"text"', '{"icc": "no"}', '{"hosts": "tcp://a"}']) {
            assert.throws(() => auditFacts(goodHost({ daemon: daemon(text) })), AuditError);
        }
    });
});

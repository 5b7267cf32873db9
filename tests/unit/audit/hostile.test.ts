import assert from "node:assert/strict";
import * as fc from "fast-check";
import { auditFacts } from "../../../audit/audit";
import { scoreOf } from "../../../audit/score";
import type { ContainerFacts, HostFacts, MountFacts } from "../../../audit/facts";
import { goodContainer, goodHost, mount } from "./facts";

const rank = { PASS: 0, NOTE: 1, INFO: 1, WARN: 2 } as const;

const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
        "<script>alert(1)</script>",
        "__proto__",
        "a\nb",
        "\u001b[31m",
        "$(reboot)",
        "nil",
        ".*",
        "[",
    ),
);
const smallText = fc.oneof(
    text,
    fc.constantFrom("", "host", "unconfined", "0", "root", "seccomp=unconfined"),
);

const anyMount: fc.Arbitrary<MountFacts> = fc
    .record({ source: text, destination: text, writable: fc.boolean(), type: text, propagation: smallText })
    .map(({ source, ...rest }) => mount(source, rest));

/** A container as an engine could tell it, or worse. */
const anyContainer: fc.Arbitrary<ContainerFacts> = fc
    .record({
        // Names are of these characters: the engine refuses others. Ours are shown, never run.
        name: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,20}$/),
        isDockerBench: fc.boolean(),
        user: smallText,
        privileged: fc.boolean(),
        appArmorProfile: smallText,
        securityOptions: fc.array(smallText, { maxLength: 3 }),
        addedCapabilities: fc.array(smallText, { maxLength: 3 }),
        mounts: fc.array(anyMount, { maxLength: 3 }),
        ports: fc.array(fc.record({ address: smallText, port: fc.nat(65535) }), { maxLength: 3 }),
        memory: fc.nat(2),
        cpuShares: fc.constantFrom(0, 2, 1024),
        nanoCpus: fc.nat(1),
        readOnlyRoot: fc.boolean(),
        networkMode: smallText,
        pidMode: smallText,
        ipcMode: smallText,
        utsMode: smallText,
        userNamespaceMode: smallText,
        cgroupParent: smallText,
        hasHealthCheck: fc.boolean(),
        pidsLimit: fc.constantFrom(undefined, -1, 0, 10),
        restart: fc.record({ policy: smallText, maximumRetries: fc.nat(9) }),
    })
    .map((change) => goodContainer(change));

const anyContainers = fc.array(anyContainer, { minLength: 1, maxLength: 4 });

function verdicts(facts: HostFacts): Map<string, (typeof rank)[keyof typeof rank]> {
    return new Map(auditFacts(facts).results.map(({ id, result }) => [id, rank[result]]));
}

describe("audit: hostile input", () => {
    it("is judged, whatever containers say of themselves", () => {
        fc.assert(
            fc.property(anyContainers, (containers) => {
                const { results, score } = auditFacts(goodHost({ containers }));
                assert.equal(results.length, 117);
                assert.equal(score, scoreOf(results));
            }),
        );
    });

    it("never hides a finding: one more container makes no verdict better", () => {
        fc.assert(
            fc.property(anyContainers, anyContainer, (containers, another) => {
                const before = verdicts(goodHost({ containers }));
                const after = verdicts(goodHost({ containers: [another, ...containers] }));
                for (const [id, verdict] of before) {
                    assert.ok((after.get(id) ?? 0) >= verdict, id);
                }
            }),
        );
    });

    /** What a container has done wrong, and the check that must say so among any others. */
    const wrongs: readonly (readonly [string, Partial<ContainerFacts>])[] = [
        ["4.1", { user: "0:0" }],
        ["5.2", { appArmorProfile: "unconfined" }],
        ["5.3", { securityOptions: ["label=disable"] }],
        ["5.4", { addedCapabilities: ["CAP_SYS_ADMIN"] }],
        ["5.5", { privileged: true }],
        ["5.6", { mounts: [mount("/etc")] }],
        ["5.7", { sshd: { visible: false } }],
        ["5.8", { ports: [{ address: "::1", port: 22 }] }],
        ["5.9", { ports: [{ address: "127.0.0.1", port: 8080 }] }],
        ["5.10", { networkMode: "host" }],
        ["5.11", { memory: 0 }],
        ["5.12", { nanoCpus: 0 }],
        ["5.13", { readOnlyRoot: false }],
        ["5.14", { ports: [{ address: "0.0.0.0", port: 8080 }] }],
        ["5.15", { restart: { policy: "always", maximumRetries: 0 } }],
        ["5.16", { pidMode: "host" }],
        ["5.17", { ipcMode: "host" }],
        ["5.20", { mounts: [mount("/srv", { propagation: "rshared" })] }],
        ["5.21", { utsMode: "host" }],
        ["5.22", { securityOptions: ["seccomp=unconfined"] }],
        ["5.25", { cgroupParent: "/other" }],
        ["5.26", { securityOptions: ["no-new-privileges=false"] }],
        ["5.27", { hasHealthCheck: false }],
        ["5.29", { pidsLimit: undefined }],
        ["5.31", { userNamespaceMode: "host" }],
        ["5.32", { mounts: [mount("/var/run/docker.sock")] }],
    ];

    it("passes no container that does wrong, under any name and among any others", () => {
        fc.assert(
            fc.property(
                fc.constantFrom(...wrongs),
                anyContainer,
                anyContainers,
                ([id, wrong], any, others) => {
                    const bad = goodContainer({ name: any.name, isDockerBench: any.isDockerBench, ...wrong });
                    const { results } = auditFacts(goodHost({ containers: [...others, bad] }));
                    const found = results.find((line) => line.id === id);
                    assert.equal(found?.result, "WARN", id);
                    assert.ok(
                        found.items?.some((item) => item === bad.name || item.startsWith(`${bad.name}:`)),
                    );
                },
            ),
        );
    });

    it("covers every check of containers that counts", () => {
        const onGood = auditFacts(goodHost()).results;
        const counted = onGood.filter(({ section, scored, id }) => section === 5 && scored && id !== "5.1");
        assert.deepEqual(
            wrongs.map(([id]) => id).filter((id) => id !== "4.1"),
            counted.map(({ id }) => id),
        );
    });
});

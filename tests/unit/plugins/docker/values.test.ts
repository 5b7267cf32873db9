import assert from "node:assert/strict";
import fc from "fast-check";
import { orderSet } from "../../../../toolchain/plugins/docker/bridge/sets";
import { formatDuration, parseDuration } from "../../../../text/duration";
import { repoDigest } from "../../../../toolchain/plugins/docker/resources/images";
import { samePorts } from "../../../../toolchain/plugins/docker/schema/ports";
import { int, required, string } from "../../../../toolchain/plugins/docker/schema/types";

describe("durations", () => {
    const written: [number, string][] = [
        [0, "0s"],
        [1, "1ns"],
        [1500, "1.5µs"],
        [100_000_000, "100ms"],
        [1_500_000_000, "1.5s"],
        [90_000_000_000, "1m30s"],
        [3_600_000_000_000, "1h0m0s"],
        [-2_000_000_000, "-2s"],
    ];
    for (const [nanoseconds, text] of written) {
        it(`writes ${nanoseconds} ns as ${text}`, () => {
            assert.equal(formatDuration(nanoseconds), text);
        });
    }

    it("reads what it writes", () => {
        fc.assert(
            fc.property(fc.maxSafeInteger(), (nanoseconds) => {
                assert.equal(parseDuration(formatDuration(nanoseconds)), BigInt(nanoseconds));
            }),
        );
    });

    for (const text of ["", "s", "10", "1 s", "1d", "1.2.3s", "s1"]) {
        it(`does not take '${text}' for one`, () => {
            assert.equal(parseDuration(text), undefined);
        });
    }
});

describe("the order of sets", () => {
    it("is that of the bytes, each member once", () => {
        assert.deepEqual(orderSet(string, ["b", "a", "é", "Z", "b"]), ["Z", "a", "b", "é"]);
    });

    it("goes by all attributes of an object, in the order of their upstream names", () => {
        const of = { kind: "object", fields: { b: required(string), aZ: required(int) } } as const;
        const members = [
            { b: "1", aZ: 2 },
            { b: "2", aZ: 1 },
        ];
        assert.deepEqual(orderSet(of, members), [members[1], members[0]]);
    });

    it("does not depend on the order that is given", () => {
        fc.assert(
            fc.property(fc.array(fc.string()), fc.array(fc.string()), (left, right) => {
                assert.deepEqual(
                    orderSet(string, [...left, ...right]),
                    orderSet(string, [...right, ...left]),
                );
            }),
        );
    });
});

describe("published ports", () => {
    const tcp = { internal: 80, external: 8080, ip: "127.0.0.1", protocol: "tcp" };
    const udp = { ...tcp, protocol: "udp", external: 8081 };
    const other = { ...tcp, internal: 81, external: 8082 };

    it("are the same in another order", () => {
        assert.equal(samePorts([tcp, udp, other], [other, udp, tcp]), true);
    });

    for (const change of [{ ip: "0.0.0.0" }, { external: 1 }, { internal: 1 }, { protocol: "sctp" }]) {
        it(`are others with ${JSON.stringify(change)}`, () => {
            assert.equal(samePorts([tcp, other], [other, { ...tcp, ...change }]), false);
        });
    }

    it("are others when there are fewer", () => {
        assert.equal(samePorts([tcp, other], [tcp]), false);
    });
});

describe("an image's digest", () => {
    const digests = ["registry.test/a@sha256:1", "b@sha256:2"];
    const cases: [string, string[], string][] = [
        ["b:1", digests, "b@sha256:2"],
        ["c:1", digests, "registry.test/a@sha256:1"],
        ["c:1", ["b@sha256:2"], "b@sha256:2"],
        ["c:1", [], ""],
    ];
    for (const [name, repoDigests, expected] of cases) {
        it(`is '${expected}' for ${name} among ${String(repoDigests.length)}`, () => {
            assert.equal(repoDigest(name, { id: "x", repoDigests }), expected);
        });
    }
});

import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import * as fc from "fast-check";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { detailedDiff, formatPath } from "../../../../toolchain/plugins/lib/diff";
import { InitializationError, ProviderError, toServiceError } from "../../../../toolchain/plugins/lib/errors";
import { Operations } from "../../../../toolchain/plugins/lib/operations";
import { diffResponse, topLevelName } from "../../../../toolchain/plugins/lib/responses";
import { parseUrn } from "../../../../toolchain/plugins/lib/urn";
import { Secret, unknownValue } from "../../../../toolchain/plugins/lib/values";

describe("resource names", () => {
    it("are taken apart, whatever their parents and names are", () => {
        assert.deepEqual(parseUrn("urn:pulumi:dev::proj::a:b:C$d:e/f:G::name::with::colons"), {
            type: "d:e/f:G",
            name: "name::with::colons",
        });
    });

    it("are refused when they are none", () => {
        for (const wrong of ["", "urn:pulumi:dev", "urn:pulumi:dev::proj::a:b:C", "x::proj::a:b:C::n"]) {
            assert.throws(() => parseUrn(wrong), /is no resource name: expected urn:pulumi:/);
        }
    });
});

describe("property paths", () => {
    it("lead back to their first name, whatever it is", () => {
        const part = fc.oneof(fc.string({ minLength: 1 }), fc.nat(9));
        fc.assert(
            fc.property(fc.string({ minLength: 1 }), fc.array(part), (first, rest) => {
                // The engine's notation does not escape backslashes: such a name cannot be told apart.
                fc.pre(!first.includes("\\"));
                assert.equal(topLevelName(formatPath([first, ...rest])), first);
            }),
        );
    });
});

describe("differences", () => {
    it("are found part by part, but for secrets and unknowns", () => {
        const olds = {
            same: 1,
            gone: 1,
            list: [1, { a: 1 }],
            secret: new Secret({ a: 1 }),
            "a b": 1,
            nil: null,
        };
        const news = {
            same: 1,
            come: 1,
            list: [1, { a: 2 }, 3],
            secret: new Secret({ a: 2 }),
            "a b": unknownValue,
        };
        assert.deepEqual(detailedDiff(olds, news), {
            gone: "delete",
            come: "add",
            "list[1].a": "update",
            "list[2]": "add",
            secret: "update",
            '["a b"]': "update",
        });
    });

    it("are none between equal values", () => {
        fc.assert(
            fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (props) => {
                assert.deepEqual(detailedDiff(props, structuredClone(props)), {});
            }),
        );
    });

    it("tell the engine the top-level names", () => {
        const response = diffResponse({
            changes: true,
            replaces: ["list"],
            deleteBeforeReplace: true,
            detailed: { "list[0].a": "update-replace", "list[1]": "add", other: "delete" },
        });
        assert.deepEqual(response.getDiffsList(), ["list", "other"]);
        assert.equal(response.getHasdetaileddiff(), true);
        assert.equal(response.getDeletebeforereplace(), true);
    });
});

describe("errors", () => {
    it("keep their words and their code", () => {
        const plain = toServiceError(new Error("what it is"));
        assert.deepEqual([plain.code, plain.details], [status.UNKNOWN, "what it is"]);
        const coded = toServiceError(new ProviderError(status.NOT_FOUND, "gone"));
        assert.deepEqual([coded.code, coded.details], [status.NOT_FOUND, "gone"]);
    });

    it("carry the state of a resource that exists but did not come up", () => {
        const error = toServiceError(
            new InitializationError("id1", { port: 80 }, ["not healthy", "no answer"]),
        );
        const [bytes] = error.metadata.get("grpc-status-details-bin");
        assert.ok(Buffer.isBuffer(bytes));
        const [detail] = Status.deserializeBinary(bytes).getDetailsList();
        const failed = detail?.unpack(
            (binary) => ErrorResourceInitFailed.deserializeBinary(binary),
            "pulumirpc.ErrorResourceInitFailed",
        );
        assert.equal(failed?.getId(), "id1");
        assert.deepEqual(failed.getReasonsList(), ["not healthy", "no answer"]);
        assert.deepEqual(failed.getProperties()?.toJavaScript(), { port: 80 });
    });
});

describe("operations", () => {
    const untilAborted = (signal: AbortSignal): Promise<string> =>
        new Promise((resolve) => {
            const end = (): void => {
                resolve(signal.reason instanceof Error ? signal.reason.message : "");
            };
            if (signal.aborted) {
                end();
            }
            signal.addEventListener("abort", end);
        });

    it("end on a cancellation, those that come after it too", async () => {
        const operations = new Operations();
        const running = operations.run(0, untilAborted);
        operations.cancel();
        assert.equal(await running, "context canceled");
        assert.equal(await operations.run(0, untilAborted), "context canceled");
    });

    it("end when their time has passed", async () => {
        assert.equal(await new Operations().run(0.01, untilAborted), "context deadline exceeded");
    });
});

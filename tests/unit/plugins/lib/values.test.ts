import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as fc from "fast-check";
import assert from "node:assert/strict";
import {
    Secret,
    unknownValue,
    unknowns,
    containsSecret,
    containsUnknown,
    fromStruct,
    reveal,
    toStruct,
} from "../../../../toolchain/plugins/lib/values";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const output = { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4" };

describe("property values on the wire", () => {
    const leaf = fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
        fc.boolean(),
        fc.constantFrom(...Object.values(unknowns)),
    );
    const { value: anyValue } = fc.letrec((tie) => ({
        value: fc.oneof(
            { maxDepth: 4 },
            leaf,
            fc.array(tie("value"), { maxLength: 4 }),
            fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie("value"), {
                maxKeys: 4,
                noNullPrototype: true,
            }),
            leaf.map((inner) => new Secret(inner)),
        ),
    }));

    it("come back as they went", () => {
        fc.assert(
            fc.property(
                fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,8}$/), anyValue, { noNullPrototype: true }),
                (props) => {
                    const bytes = toStruct(props).serializeBinary();
                    assert.deepEqual(fromStruct(Struct.deserializeBinary(bytes)), props);
                },
            ),
        );
    });

    it("are read from what the engine sends", () => {
        const read = fromStruct(
            Struct.fromJavaScript({
                secret: { ...secret, value: { inner: "s" } },
                unknown: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
                output: { ...output, value: "v", secret: true, dependencies: ["urn:x"] },
                unknownOutput: { ...output },
                gone: null,
                list: [1, null, { gone: null, kept: 0 }],
            }),
        );
        assert.deepEqual(read, {
            secret: new Secret({ inner: "s" }),
            unknown: unknownValue,
            output: new Secret("v"),
            unknownOutput: unknownValue,
            list: [1, null, { kept: 0 }],
        });
    });

    it("are searched and revealed at every depth", () => {
        const value = { list: [{ deep: new Secret(unknownValue) }] };
        assert.equal(containsSecret(value), true);
        assert.equal(containsUnknown(value), true);
        assert.deepEqual(reveal(value), { list: [{ deep: unknownValue }] });
        assert.equal(containsSecret(reveal(value)), false);
        assert.equal(containsUnknown({ list: ["04da6b54"] }), false);
    });

    it("are refused when they are no property value, with their path", () => {
        assert.throws(
            () => toStruct({ outer: [{ inner: () => 1 }] }),
            /returned a function for outer\[0\]\.inner/,
        );
    });
});

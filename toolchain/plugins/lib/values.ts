/**
 * Property values as they cross the plugin protocol. A value that JSON cannot express (a value not known yet, a secret)
 * is a tagged object or a reserved string in the protocol, and a class here.
 * Source: sdk/go/common/resource/plugin/rpc.go and sdk/go/common/resource/sig of Pulumi.
 */
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Plain values, with {@link Unknown} and, where the provider asked for them, {@link Secret} in between. */
export type Props = Record<string, unknown>;

/** The key that marks a tagged object. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A value that the engine does not know yet (only in previews). */
export class Unknown {
    /** @param kind the reserved string of the value on the wire, which tells the type of the value to come. */
    constructor(readonly kind: string) {}
}

/** A value that the engine keeps encrypted in its state and out of its output. */
export class Secret {
    constructor(readonly value: unknown) {}
}

/** A null that is written out; `null` itself stands for a property that is not there, and is left out. */
export const explicitNull = Symbol("null");

/** Unknown, of the type string: the one to return when the type does not matter. */
export const unknownValue = new Unknown("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
/** Unknown, by type. */
export const unknowns = {
    string: unknownValue,
    bool: new Unknown("1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"),
    number: new Unknown("3eeb2bf0-c639-47a8-9e75-3b44932eb421"),
    array: new Unknown("6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"),
    asset: new Unknown("030794c1-ac77-496b-92df-f27374a8bd58"),
    archive: new Unknown("e48ece36-62e2-4504-bad9-02848725956a"),
    object: new Unknown("dd056dcd-154b-4c76-9bd3-c8f88648b5ff"),
} as const;

const byKind = new Map(Object.values(unknowns).map((unknown) => [unknown.kind, unknown]));

/** True for a value that is not known yet. */
export function isUnknown(value: unknown): value is Unknown {
    return value instanceof Unknown;
}

/** True for a plain object: no list, no null, no {@link Unknown} or {@link Secret}. */
export function isObject(value: unknown): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isTagged(value);
}

function isTagged(value: object): boolean {
    return value instanceof Unknown || value instanceof Secret;
}

/** Takes the secret marks off a value, at every depth. */
export function reveal(value: unknown): unknown {
    return mapDeep(value, (item) => (item instanceof Secret ? reveal(item.value) : item));
}

/** True when a value is, or holds at any depth, something for which the test is true. */
function contains(value: unknown, test: (item: unknown) => boolean): boolean {
    if (test(value)) {
        return true;
    }
    if (value instanceof Secret) {
        return contains(value.value, test);
    }
    if (Array.isArray(value)) {
        return value.some((item) => contains(item, test));
    }
    return isObject(value) && Object.values(value).some((item) => contains(item, test));
}

/** True when a value is not known yet, or holds something that is not. */
export function containsUnknown(value: unknown): boolean {
    return contains(value, isUnknown);
}

/** True when a value is secret, or holds something that is. */
export function containsSecret(value: unknown): boolean {
    return contains(value, (item) => item instanceof Secret);
}

/** Applies a function to each leaf (what is neither a list nor a plain object) of a value. */
export function mapDeep(value: unknown, leaf: (item: unknown) => unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => mapDeep(item, leaf));
    }
    if (isObject(value)) {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapDeep(item, leaf)]));
    }
    return leaf(value);
}

/**
 * Reads the properties of a request. Properties that are null are left out, as the official plugins do.
 * Assets, archives and resource references stay the tagged objects they are.
 */
export function fromStruct(struct: Struct | undefined): Props {
    const plain = decode(struct?.toJavaScript() ?? {});
    return isObject(plain) ? plain : {};
}

/** Writes the properties of an answer; undefined and null properties are left out. */
export function toStruct(props: Props): Struct {
    return Struct.fromJavaScript(encodeObject(props, ""));
}

function decode(value: unknown): unknown {
    if (typeof value === "string") {
        return byKind.get(value) ?? value;
    }
    if (Array.isArray(value)) {
        return value.map(decode);
    }
    if (!isObject(value)) {
        return value;
    }
    const signature = value[signatureKey];
    if (signature === secretSignature) {
        return asSecret(decode(value["value"]));
    }
    if (signature === outputSignature) {
        const inner = "value" in value ? decode(value["value"]) : unknownValue;
        return value["secret"] === true ? asSecret(inner) : inner;
    }
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    return Object.fromEntries(entries.map(([key, item]) => [key, decode(item)]));
}

function asSecret(value: unknown): Secret {
    return value instanceof Secret ? value : new Secret(value);
}

function encode(value: unknown, path: string): JavaScriptValue {
    if (value instanceof Unknown) {
        return value.kind;
    }
    if (value instanceof Secret) {
        return { [signatureKey]: secretSignature, value: encode(value.value, path) };
    }
    if (value === explicitNull) {
        return null;
    }
    if (value === null || typeof value === "string" || typeof value === "boolean") {
        return value;
    }
    if (typeof value === "number" && Number.isFinite(value)) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => encode(item ?? null, `${path}[${String(index)}]`));
    }
    if (isObject(value)) {
        return encodeObject(value, `${path}.`);
    }
    throw new TypeError(
        `the provider returned a ${typeof value} for ${path}, which is no property value: ` +
            "return a string, number, boolean, list or object",
    );
}

function encodeObject(object: Props, path: string): Record<string, JavaScriptValue> {
    const entries = Object.entries(object).filter(([, item]) => item !== undefined && item !== null);
    return Object.fromEntries(entries.map(([key, item]) => [key, encode(item, path + key)]));
}

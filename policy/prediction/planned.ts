/** Resources as a preview plans them. */

/** The placeholders of Pulumi's engine for values that are not known before the deployment, by the value's type. */
const unknownMarks = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The placeholder of a secret in a preview's JSON. */
const secretMark = "[secret]";

/** A value that cannot be read in a plan: unknown before the deployment, or hidden in a preview's JSON. */
const unknown = Symbol("not known before the deployment");

/** A resource with its inputs; a symbol stands for each value that cannot be read. */
export interface Planned {
    readonly urn: string;
    readonly type: string;
    /** Last part of the URN. */
    readonly name: string;
    /** URN of the resource's component; undefined where the resource has none. */
    readonly parent: string | undefined;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** Type of a step on the host. */
export const stepType = "command:remote:Command";

/** Type of a URN's own resource: its third part holds the types of all parents too, `PARENT$TYPE`. */
export function typeOf(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** Last part of a URN: `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function copyOf(value: unknown): unknown {
    if (typeof value === "string") {
        return unknownMarks.has(value) || value === secretMark ? unknown : value;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const keys = Object.keys(value);
    if (Array.isArray(value)) {
        return keys.map((key) => read(value, key));
    }
    return Object.fromEntries(keys.map((key) => [key, read(value, key)]));
}

/** In a policy pack, reading a value that is not known throws. */
function read(holder: object, key: string): unknown {
    let value: unknown;
    try {
        value = Reflect.get(holder, key);
    } catch {
        return unknown;
    }
    return copyOf(value);
}

/** Inputs with a symbol for each value that cannot be read, whether they come from a policy pack or from a preview's JSON. */
export function inputsOf(properties: object): Record<string, unknown> {
    return Object.fromEntries(Object.keys(properties).map((key) => [key, read(properties, key)]));
}

/** Whether a value, or anything in it, cannot be read. */
export function holdsUnknown(value: unknown): boolean {
    if (value === unknown) {
        return true;
    }
    return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

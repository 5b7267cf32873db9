/** The description of a resource type's properties: the official provider's schema, in a few words. */

/** The type of a value. `one` is a nested block of which there may be one: in programs an object, upstream a list or set. */
export type Type =
    | { kind: "string" | "int" | "bool" }
    | { kind: "map" }
    | { kind: "list" | "set"; of: Type }
    | { kind: "object"; fields: Fields }
    | { kind: "one"; container: "list" | "set"; fields: Fields };

/**
 * The giver of a property's value: the program must (`required`), may (`optional`), may and else the engine does
 * (`either`), or only the engine does (`computed`).
 */
type Use = "required" | "optional" | "either" | "computed";

/** A property of a resource type or of a nested object. */
export interface Field {
    type: Type;
    use: Use;
    /** The name in the upstream schema, where that name is not the property's name in snake case. */
    upstream?: string;
    /** Whether a change of the property replaces the resource. */
    forceNew?: boolean;
    default?: string | number | boolean;
    /** The plugin refuses the property as an input; the text tells what to use instead. */
    refused?: string;
    /** Tells the problem of a known value. */
    validate?(value: unknown): string | undefined;
    /** The program's empty string means: leave the engine's value. */
    emptyKeepsOld?: boolean;
    /** True when a plan means the engine's value, although the plan is written in another way. */
    same?(prior: unknown, planned: unknown): boolean;
    /** An empty string in the program means this value. */
    emptyMeans?: string;
}

/** Properties by name. */
export type Fields = Readonly<Record<string, Field>>;

/** A resource type. */
export interface ResourceSchema {
    token: string;
    fields: Fields;
    /** Version of the state's layout, as the official provider records it. */
    version: number;
    /** The provider's own time limits in nanoseconds, as the official provider records them. */
    timeouts?: Readonly<Record<string, number>>;
    /** A resource without a name in the program gets one made from its name in the stack. */
    autoName: boolean;
    /** Replacements always delete first. */
    deleteBeforeReplace: boolean;
    /** Inputs that are refused and have no place in the state either, each with the reason. */
    refused?: Readonly<Record<string, string>>;
}

export const string: Type = { kind: "string" };
export const int: Type = { kind: "int" };
export const bool: Type = { kind: "bool" };
export const map: Type = { kind: "map" };
export const strings: Type = { kind: "list", of: string };
export const stringSet: Type = { kind: "set", of: string };

/** A list of objects. */
export function listOf(fields: Fields): Type {
    return { kind: "list", of: { kind: "object", fields } };
}

/** A set of objects. */
export function setOf(fields: Fields): Type {
    return { kind: "set", of: { kind: "object", fields } };
}

/** At most one object. */
export function one(container: "list" | "set", fields: Fields): Type {
    return { kind: "one", container, fields };
}

type Extra = Omit<Field, "type" | "use">;

/** A property that the program must give. */
export function required(type: Type, extra: Extra = {}): Field {
    return { type, use: "required", ...extra };
}

/** A property that the program may give. */
export function optional(type: Type, extra: Extra = {}): Field {
    return { type, use: "optional", ...extra };
}

/** A property that the program may give, and else the engine does. */
export function either(type: Type, extra: Extra = {}): Field {
    return { type, use: "either", ...extra };
}

/** A property that only the engine gives. */
export function computed(type: Type): Field {
    return { type, use: "computed" };
}

/** Spread into a field whose change replaces the resource. */
export const replaces = { forceNew: true } as const;

/** True for a block in upstream's words: never null, at least empty. */
export function isBlock(field: Field): boolean {
    const { type } = field;
    const objects =
        type.kind === "one" || ((type.kind === "list" || type.kind === "set") && type.of.kind === "object");
    return objects && field.use !== "computed";
}

/** A property's name in the upstream schema. */
export function upstreamName(name: string, field: Field): string {
    return field.upstream ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

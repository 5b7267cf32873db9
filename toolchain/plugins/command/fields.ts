/**
 * Checks properties against the fields that a type has, with the words of the official plugin
 * (its inputs are Go structs, and the texts name Go types).
 */
import type { CheckFailure } from "../lib/resource";
import { type Props, Secret, Unknown, isObject } from "../lib/values";

/** One property: its Go type, and for a struct its own fields. */
export interface Field {
    name: string;
    type:
        "string" | "bool" | "float64" | "int" | "[]string" | "[]interface {}" | "map[string]string" | Struct;
    required?: boolean;
    secret?: boolean;
    default?: string | number;
    /** The reason why the offline plugin refuses a property that the official one has. */
    refused?: string;
}

/** A Go struct: `remote.Connection` with its fields, in the order of Go's declaration. */
export interface Struct {
    name: string;
    fields: Field[];
}

/** The problems of the properties; empty when all is well. */
export function validate(struct: Struct, props: Props, tolerateMissing = false): CheckFailure[] {
    const known = new Set(struct.fields.map((field) => field.name));
    const unknown = Object.keys(props).filter((key) => !known.has(key));
    return [
        ...struct.fields.flatMap((field) => validateField(struct, field, props[field.name], tolerateMissing)),
        ...unknown.sort().map((key) => ({
            property: key,
            reason: `Unrecognized field '${key}' on '${struct.name}'`,
        })),
    ];
}

/** The problems of the properties as the text of one error. */
export function describe(failures: CheckFailure[]): string {
    const lines = failures.map(({ property, reason }) => `\n\t${property}: ${reason}`);
    return `${String(failures.length)} failures decoding:${lines.join("")}`;
}

/**
 * Fills in defaults, cuts integers, and marks always-secret fields. A secret that is not known yet becomes the empty
 * secret of its type: so does the official plugin in its Check.
 */
export function normalize(struct: Struct, props: Props): Props {
    const entries = struct.fields.map((field): [string, unknown] => {
        const value = props[field.name] ?? field.default;
        return [field.name, value === undefined ? undefined : normalizeField(field, value)];
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Marks always-secret properties, and changes nothing else: the answer of Check when it has found failures. */
export function markSecrets(struct: Struct, props: Props): Props {
    const secret = new Set(struct.fields.filter((field) => field.secret).map((field) => field.name));
    return Object.fromEntries(
        Object.entries(props).map(([key, value]) => [key, secret.has(key) ? asSecret(value) : value]),
    );
}

function normalizeField(field: Field, value: unknown): unknown {
    if (value instanceof Secret) {
        const inner = value.value instanceof Unknown ? zero(field) : value.value;
        return new Secret(reveal(normalizeField({ ...field, secret: false }, inner)));
    }
    return field.secret ? asSecret(normalizeValue(field, value)) : normalizeValue(field, value);
}

function normalizeValue(field: Field, value: unknown): unknown {
    if (typeof field.type === "object" && isObject(value)) {
        return normalize(field.type, value);
    }
    if (field.type === "int" && typeof value === "number") {
        return Math.trunc(value);
    }
    return emptySecrets(value);
}

function emptySecrets(value: unknown): unknown {
    if (value instanceof Secret) {
        return value.value instanceof Unknown ? new Secret("") : value;
    }
    if (Array.isArray(value)) {
        return value.map(emptySecrets);
    }
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptySecrets(item)]))
        : value;
}

function zero(field: Field): unknown {
    if (typeof field.type === "object") {
        return Object.fromEntries(
            field.type.fields.filter((inner) => inner.required).map((inner) => [inner.name, zero(inner)]),
        );
    }
    const zeros = { string: "", bool: false, float64: 0, int: 0, "[]string": [], "[]interface {}": [] };
    return field.type === "map[string]string" ? {} : zeros[field.type];
}

function asSecret(value: unknown): Secret {
    return value instanceof Secret ? value : new Secret(value);
}

function reveal(value: unknown): unknown {
    return value instanceof Secret ? value.value : value;
}

function validateField(
    struct: Struct,
    field: Field,
    given: unknown,
    tolerateMissing: boolean,
): CheckFailure[] {
    const value = reveal(given);
    if (value === undefined || value === null) {
        const missing = field.required === true && !tolerateMissing;
        const reason = `Missing required field '${field.name}' on '${struct.name}'`;
        return missing ? [{ property: field.name, reason }] : [];
    }
    if (field.refused !== undefined) {
        return [{ property: field.name, reason: field.refused }];
    }
    return value instanceof Unknown
        ? []
        : validateValue(struct, field.name, field.type, value, tolerateMissing);
}

function validateValue(
    struct: Struct,
    path: string,
    type: Field["type"],
    value: unknown,
    tolerateMissing: boolean,
): CheckFailure[] {
    const decoding = (what: string): CheckFailure[] => [
        {
            property: path,
            reason: `An error occurred decoding '${struct.name.replace(/^.*\./, "")}.${path}': ${what}`,
        },
    ];
    if (typeof type === "object" && isObject(value)) {
        const failures = validate(type, value, tolerateMissing);
        return failures.length === 0 ? [] : decoding(describe(failures));
    }
    if (type === "map[string]string" && isObject(value)) {
        return Object.entries(value).flatMap(([key, item]) =>
            validateItem(struct, `${path}[${key}] value`, item, tolerateMissing),
        );
    }
    if (type === "[]string" && Array.isArray(value)) {
        return value.flatMap((item: unknown, index) =>
            validateItem(struct, `${path}[${String(index)}]`, item, tolerateMissing),
        );
    }
    const goType = typeof type === "object" ? type.name : type;
    const found = goTypeOf(value);
    if (found === "object") {
        return decoding(
            `Cannot decode Object{} to type ${goType}; it isn't a struct, and no custom decoder exists`,
        );
    }
    if (found === goType || (found === "float64" && goType === "int")) {
        return [];
    }
    return [
        {
            property: path,
            reason: `Field '${path}' on '${struct.name}' must be a '${goType}'; got '${found}' instead`,
        },
    ];
}

function validateItem(
    struct: Struct,
    path: string,
    given: unknown,
    tolerateMissing: boolean,
): CheckFailure[] {
    const value = reveal(given);
    return value instanceof Unknown ? [] : validateValue(struct, path, "string", value, tolerateMissing);
}

function goTypeOf(value: unknown): string {
    const types: Record<string, string> = { number: "float64", boolean: "bool" };
    return Array.isArray(value) ? "[]interface {}" : (types[typeof value] ?? typeof value);
}

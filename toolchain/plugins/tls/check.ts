/** Checks a program's inputs against a type's schema, with the official plugin's words where it has some. */
import type { CheckFailure, Props } from "../lib/resource";
import { Secret, isObject, isUnknown } from "../lib/values";
import { type Attribute, type ResourceSchema, streetAddresses, subjectStrings } from "./schema";

/** Marks secret inputs, and tells the problems. `name` is the resource's name in the program. */
export function checkInputs(
    schema: ResourceSchema,
    name: string,
    inputs: Props,
): { inputs: Props; failures: CheckFailure[] } {
    const inputAttributes = schema.attributes.filter((attribute) => attribute.origin !== "computed");
    const known = new Map(inputAttributes.map((attribute) => [attribute.name, attribute]));
    const unknown = Object.keys(inputs).filter((key) => !known.has(key) && !key.startsWith("__"));
    const failures = [
        ...unknown.map((key) => unknownInput(key, [...known.keys()])),
        ...inputAttributes.flatMap((attribute) => checkAttribute(name, attribute, inputs[attribute.name])),
    ];
    return { inputs: markSecrets(schema, inputs), failures };
}

/** Marks the values of a type's secret properties that are known. */
export function markKnownSecrets(schema: ResourceSchema, props: Props): Props {
    const marked = markSecrets(schema, props);
    return Object.fromEntries(
        Object.entries(props).map(([key, value]) => [key, isUnknown(value) ? value : marked[key]]),
    );
}

/** Marks the values of a type's secret properties. */
export function markSecrets(schema: ResourceSchema, props: Props): Props {
    const secret = new Set(schema.attributes.filter(({ secret }) => secret).map(({ name }) => name));
    return Object.fromEntries(
        Object.entries(props).map(([key, value]) => [key, secret.has(key) ? new Secret(value) : value]),
    );
}

function unknownInput(key: string, known: string[]): CheckFailure {
    const reason = `Unknown input '${key}': remove it, or use one of ${known.join(", ")}`;
    return { property: key, reason };
}

function checkAttribute(name: string, attribute: Attribute, value: unknown): CheckFailure[] {
    if (value === undefined) {
        return attribute.origin === "required"
            ? [{ property: "", reason: `Missing required property '${attribute.name}'` }]
            : [];
    }
    if (isUnknown(value)) {
        return [];
    }
    const mistyped = typeFailure(attribute, value);
    if (mistyped !== undefined) {
        return [mistyped];
    }
    const problems = Array.isArray(value)
        ? value.flatMap((item: unknown, index) => valueProblems(attribute, item, `[${String(index)}]`))
        : valueProblems(attribute, value, "");
    return problems.map(({ text, suffix }) => ({
        property: "",
        reason: `${text}. Examine values at '${name}.${attribute.name}${suffix}'.`,
    }));
}

function typeFailure({ name, type }: Attribute, value: unknown): CheckFailure | undefined {
    if (type === "subject") {
        return subjectFailure(name, value);
    }
    const expected = {
        string: "a string",
        number: "a whole number",
        bool: "a boolean",
        strings: "a list of strings",
    };
    const fits = {
        string: typeof value === "string",
        number: typeof value === "number" && Number.isInteger(value),
        bool: typeof value === "boolean",
        strings: isStrings(value),
    };
    return fits[type]
        ? undefined
        : { property: name, reason: `'${name}' must be ${expected[type]}: change the value` };
}

function subjectFailure(name: string, value: unknown): CheckFailure | undefined {
    if (!isObject(value)) {
        return {
            property: name,
            reason: `'${name}' must be an object such as { commonName: "…" }: change the value`,
        };
    }
    const strings = new Set<string>(subjectStrings);
    for (const [key, item] of Object.entries(value)) {
        const fits = key === streetAddresses ? isStrings(item) : typeof item === "string";
        if (!strings.has(key) && key !== streetAddresses) {
            const known = [...subjectStrings, streetAddresses].join(", ");
            return {
                property: `${name}.${key}`,
                reason: `Unknown input '${name}.${key}': use one of ${known}`,
            };
        }
        if (!isUnknown(item) && !fits) {
            const expected = key === streetAddresses ? "a list of strings" : "a string";
            return {
                property: `${name}.${key}`,
                reason: `'${name}.${key}' must be ${expected}: change the value`,
            };
        }
    }
    return undefined;
}

function isStrings(value: unknown): boolean {
    return Array.isArray(value) && value.every((item) => isUnknown(item) || typeof item === "string");
}

function valueProblems(
    attribute: Attribute,
    value: unknown,
    suffix: string,
): { text: string; suffix: string }[] {
    const { oneOf, atLeast, minLength } = attribute;
    const path = `${attribute.terraformName}${suffix}`;
    if (typeof value === "string" && oneOf !== undefined && !oneOf.includes(value)) {
        const list = oneOf.map((item) => JSON.stringify(item)).join(" ");
        const got = JSON.stringify(value);
        const text = `Invalid Attribute Value Match. Attribute ${path} value must be one of: [${list}], got: ${got}`;
        return [{ text, suffix }];
    }
    if (typeof value === "string" && minLength !== undefined && value.length < minLength) {
        const rule = `string length must be at least ${String(minLength)}, got: ${String(value.length)}`;
        return [{ text: `Invalid Attribute Value Length. Attribute ${path} ${rule}`, suffix }];
    }
    if (typeof value === "number" && atLeast !== undefined && value < atLeast) {
        const rule = `value must be at least ${String(atLeast)}, got: ${String(value)}`;
        return [{ text: `Invalid Attribute Value. Attribute ${path} ${rule}`, suffix }];
    }
    return [];
}

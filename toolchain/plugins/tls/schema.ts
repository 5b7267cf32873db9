/** A resource type's properties: the rules by which inputs are checked, defaults filled in and changes judged. */

/** A property's type. */
export type AttributeType = "string" | "number" | "bool" | "strings" | "subject";

/** The cases in which a change of the property replaces the resource; `pem`: only when the old value is PEM text. */
export type ReplaceRule = "always" | "pem" | "never";

/** One property. */
export interface Attribute {
    name: string;
    /** The name in the Terraform provider that the official plugin is made from; its error texts use it. */
    terraformName: string;
    type: AttributeType;
    /** The origin of the value: the program, the program or else the provider, or the provider alone. */
    origin: "required" | "optional" | "optional-computed" | "computed";
    replace: ReplaceRule;
    secret?: boolean;
    default?: string | number | boolean;
    oneOf?: readonly string[];
    atLeast?: number;
    /** The smallest length of each string. */
    minLength?: number;
    /** False: when anything changes, the value is not known until the resource is made anew. */
    keepOnUpdate?: boolean;
}

/** A resource type. */
export interface ResourceSchema {
    attributes: readonly Attribute[];
    /** The schema version in the state; 0 is not written. */
    version: number;
}

/** The properties of a certificate's subject, in the state's order; all are optional. */
export const subjectStrings = [
    "commonName",
    "country",
    "emailAddress",
    "locality",
    "organization",
    "organizationalUnit",
    "postalCode",
    "province",
    "serialNumber",
] as const;
export const streetAddresses = "streetAddresses";

/** A property that the program has to give. */
export function required(
    name: string,
    type: AttributeType,
    replace: ReplaceRule,
    more: Partial<Attribute> = {},
): Attribute {
    return { name, terraformName: snakeCase(name), type, origin: "required", replace, ...more };
}

/** A property that the program may give. */
export function optional(name: string, type: AttributeType, more: Partial<Attribute> = {}): Attribute {
    const origin = more.default === undefined ? "optional" : "optional-computed";
    return { name, terraformName: snakeCase(name), type, origin, replace: "always", ...more };
}

/** A property that the provider sets. */
export function computed(name: string, type: AttributeType, more: Partial<Attribute> = {}): Attribute {
    return { name, terraformName: snakeCase(name), type, origin: "computed", replace: "never", ...more };
}

function snakeCase(name: string): string {
    return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

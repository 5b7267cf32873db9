/**
 * A resource's state as the official plugin writes it. A note beside the properties tells how they differ from the
 * Terraform state that they stand for (lists, absent values, renamed properties), so that either plugin carries on
 * with what the other has made.
 */
import type { Props } from "../lib/resource";
import { explicitNull, Secret, isObject } from "../lib/values";
import { markSecrets } from "./check";
import { type ResourceSchema, streetAddresses, subjectStrings } from "./schema";

/** Completes a resource's values to its state. */
export function toState(schema: ResourceSchema, values: Props): Props {
    const parts = schema.attributes.flatMap(({ name, type }): [string, unknown][] => {
        const value = values[name];
        if (type === "subject") {
            return [[name, isObject(value) ? { plu: { i: subjectNote(value) } } : absent([])]];
        }
        if (value === undefined) {
            return [[name, absent(explicitNull)]];
        }
        return type === "strings" ? [[name, { arr: {} }]] : [];
    });
    const note = { obj: parts.length > 0 ? { ps: Object.fromEntries(parts) } : {} };
    return {
        ...markSecrets(schema, values),
        __pulumi_raw_state_delta: note,
        ...(schema.version > 0 ? { __meta: JSON.stringify({ schema_version: String(schema.version) }) } : {}),
    };
}

/** A state's properties, without the notes. */
export function fromState(schema: ResourceSchema, state: Props): Props {
    const known = new Set(schema.attributes.map(({ name }) => name));
    return Object.fromEntries(Object.entries(state).filter(([key]) => known.has(key)));
}

function subjectNote(subject: Props): Props {
    const missing = subjectStrings.filter((name) => subject[name] === undefined);
    const addresses = subject[streetAddresses] === undefined ? absent(explicitNull) : { arr: {} };
    const ps = {
        ...Object.fromEntries(missing.map((name) => [name, absent(explicitNull)])),
        [streetAddresses]: addresses,
    };
    return { obj: { ps, renamed: { [streetAddresses]: "street_address" } } };
}

function absent(raw: unknown): Secret {
    return new Secret({ replace: { raw } });
}

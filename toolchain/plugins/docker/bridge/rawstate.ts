/**
 * The differences in shape between upstream state and outputs, as the official provider records them in outputs, so
 * that the official provider reads a state of this one without a change.
 */
import { type Props, isObject } from "../../lib/resource";
import { type Fields, type Type, upstreamName } from "../schema/types";

/** The record for the outputs of a resource. */
export function rawStateDelta(fields: Fields, outputs: Props): Props {
    return objectDelta(fields, outputs);
}

function objectDelta(fields: Fields, value: Props): Props {
    const properties: Props = {};
    const renamed: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        const delta = valueDelta(field.type, value[name]);
        if (Object.keys(delta).length > 0) {
            properties[name] = delta;
        }
        if (field.upstream !== undefined) {
            renamed[name] = upstreamName(name, field);
        }
    }
    return {
        obj: {
            ...(Object.keys(properties).length > 0 ? { ps: properties } : {}),
            ...(Object.keys(renamed).length > 0 ? { renamed } : {}),
        },
    };
}

function valueDelta(type: Type, value: unknown): Props {
    if (type.kind === "one") {
        return { plu: { i: isObject(value) ? objectDelta(type.fields, value) : {} } };
    }
    if (value === null || value === undefined) {
        return {};
    }
    switch (type.kind) {
        case "string":
        case "int":
        case "bool":
            return {};
        case "map":
            return { map: {} };
        case "list":
        case "set":
            return { arr: membersDelta(type.of, Array.isArray(value) ? value : []) };
        case "object":
            return isObject(value) ? objectDelta(type.fields, value) : {};
    }
}

function membersDelta(of: Type, members: readonly unknown[]): Props {
    const elements: Props = {};
    for (const [index, member] of members.entries()) {
        const delta = valueDelta(of, member);
        if (Object.keys(delta).length > 0) {
            elements[String(index)] = delta;
        }
    }
    return Object.keys(elements).length > 0 ? { el: elements } : {};
}

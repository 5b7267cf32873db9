/** Whether a planned change replaces a resource, by the official provider's rule for nested values. */
import { type Props, isObject } from "../../lib/resource";
import type { Field, Fields, Type } from "../schema/types";
import { isZero, withoutZeros } from "./plan";
import { identity } from "./sets";

/**
 * True when the change of any property replaces the resource. A set counts as changed when the set grows or shrinks,
 * or when a member that comes or goes has a nested property that replaces.
 */
export function replacesResource(fields: Fields, prior: Props, planned: Props): boolean {
    return Object.entries(fields).some(([name, field]) => fieldReplaces(field, prior[name], planned[name]));
}

/** True when something that is set in a value replaces the resource when it comes or goes. */
export function forcesWithin(type: Type, value: unknown): boolean {
    if (type.kind === "list" || type.kind === "set") {
        return Array.isArray(value) && value.some((member) => forcesWithin(type.of, member));
    }
    if ((type.kind === "object" || type.kind === "one") && isObject(value)) {
        return Object.entries(type.fields).some(
            ([name, field]) =>
                !isZero(value[name]) && (field.forceNew === true || forcesWithin(field.type, value[name])),
        );
    }
    return false;
}

function fieldReplaces(field: Field, prior: unknown, planned: unknown): boolean {
    const { type } = field;
    if (identity(type, withoutZeros(prior)) === identity(type, withoutZeros(planned))) {
        return false;
    }
    if (type.kind === "one") {
        return isObject(prior) && isObject(planned)
            ? replacesResource(type.fields, prior, planned)
            : field.forceNew === true || forcesWithin(type, prior ?? planned);
    }
    if ((type.kind === "list" || type.kind === "set") && type.of.kind === "object") {
        return membersReplace(field, type.of, prior, planned);
    }
    return field.forceNew === true;
}

function membersReplace(field: Field, of: Type, prior: unknown, planned: unknown): boolean {
    if (!Array.isArray(prior) || !Array.isArray(planned) || prior.length !== planned.length) {
        return field.forceNew === true;
    }
    const key = (member: unknown): string => identity(of, withoutZeros(member));
    const goes = (members: unknown[], others: unknown[]): unknown[] => {
        const kept = new Set(others.map(key));
        return members.filter((member) => !kept.has(key(member)));
    };
    return [...goes(prior, planned), ...goes(planned, prior)].some((member) => forcesWithin(of, member));
}

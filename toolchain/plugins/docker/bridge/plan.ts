/**
 * The state to come once the inputs are carried out: the official provider's plan.
 * To that provider, unset and zero ("" / 0 / false / empty) are the same, so a zero that the engine reported stays.
 */
import { type Props, unknownValue, containsUnknown, isObject, isUnknown } from "../../lib/resource";
import { type Field, type Fields, type Type, isBlock } from "../schema/types";
import { identity, orderSet } from "./sets";

/**
 * Plans a new state.
 * @param prior the state so far; undefined for a resource that is to be created.
 */
export function planState(fields: Fields, inputs: Props, prior?: Props): Props {
    return planFields(fields, inputs, prior, prior === undefined, false);
}

/** True for a value that means "not set" upstream. */
export function isZero(value: unknown): boolean {
    if (value === undefined || value === null || value === "" || value === 0 || value === false) {
        return true;
    }
    return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function planFields(
    fields: Fields,
    inputs: Props,
    prior: Props | undefined,
    creating: boolean,
    inSet: boolean,
): Props {
    const planned: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        planned[name] = planField(field, inputs[name], prior?.[name], creating, inSet);
    }
    return planned;
}

function planField(field: Field, input: unknown, prior: unknown, creating: boolean, inSet: boolean): unknown {
    if (isUnknown(input)) {
        // Members that are not known yet leave a set of objects that the engine fills in as it is.
        const keeps = field.use === "either" && field.type.kind === "set" && isBlock(field) && !isZero(prior);
        return keeps ? prior : input;
    }
    const planned = isUnset(field, input)
        ? planUnset(field, input, prior, creating, inSet)
        : planGiven(field, input, prior, creating, inSet);
    return prior !== undefined && field.same?.(prior, planned) === true ? prior : planned;
}

function isUnset(field: Field, input: unknown): boolean {
    if (input === undefined || input === null || (field.use === "either" && input === "")) {
        return true;
    }
    const scalar = field.type.kind === "string" || field.type.kind === "int" || field.type.kind === "bool";
    return !scalar && isZero(input);
}

function planUnset(field: Field, input: unknown, prior: unknown, creating: boolean, inSet: boolean): unknown {
    // A default that is the empty string is no different from no default.
    if (field.default !== undefined && field.default !== "") {
        return field.default;
    }
    // An empty list of words that the program writes out is carried out; an empty set or map is the same as none.
    const emptied = field.type.kind === "list" && Array.isArray(input);
    if (field.use === "computed" || field.use === "either") {
        // A list that was never told, as of a container that did not start, is asked for again: that replaces it.
        const untold = field.type.kind === "list" && (prior === undefined || prior === null);
        return emptied ? [] : creating || untold ? unknownValue : (prior ?? emptyOf(field, inSet));
    }
    if (prior === undefined || prior === null) {
        return emptied ? [] : emptyOf(field, inSet);
    }
    if (field.emptyKeepsOld === true || isZero(prior)) {
        return prior;
    }
    if (field.type.kind === "map") {
        return {};
    }
    return emptied ? [] : (field.default ?? emptyOf(field, inSet));
}

/** The value of a property that nobody gave. Strings and sets in members of sets are never unset, but empty. */
function emptyOf(field: Field, inSet: boolean): unknown {
    if (field.type.kind === "one") {
        return null;
    }
    if (isBlock(field)) {
        return [];
    }
    if (!inSet) {
        return null;
    }
    return field.type.kind === "string" ? "" : field.type.kind === "set" ? [] : null;
}

function planGiven(field: Field, input: unknown, prior: unknown, creating: boolean, inSet: boolean): unknown {
    const { type } = field;
    switch (type.kind) {
        case "string":
        case "int":
        case "bool":
            return planScalar(field, input, prior);
        case "map":
            return input;
        case "list":
        case "set":
            return planMembers(type, Array.isArray(input) ? input : [], prior, creating, inSet);
        case "object":
        case "one": {
            const asSet = inSet || (type.kind === "one" && type.container === "set");
            const old = isObject(prior) && !asSet ? prior : undefined;
            const given = isObject(input)
                ? planFields(type.fields, input, old, creating || old === undefined, asSet)
                : input;
            const planned = type.kind === "one" && type.container === "set" ? emptied(given) : given;
            return sameAsPrior(type, planned, prior) ? prior : planned;
        }
    }
}

function planScalar(field: Field, input: unknown, prior: unknown): unknown {
    if (input === "" && field.emptyMeans !== undefined) {
        return field.emptyMeans;
    }
    if (input === "" && field.emptyKeepsOld === true) {
        return prior ?? input;
    }
    return isZero(input) && isZero(prior) ? (prior ?? input) : input;
}

function planMembers(
    type: Type & { kind: "list" | "set" },
    members: readonly unknown[],
    prior: unknown,
    creating: boolean,
    inSet: boolean,
): unknown {
    const { of } = type;
    const asSet = inSet || type.kind === "set";
    const priorMembers: unknown[] = Array.isArray(prior) ? prior : [];
    const planned = members.map((member, index) => {
        if (of.kind !== "object" || !isObject(member)) {
            return member;
        }
        const old = type.kind === "list" ? priorMembers[index] : undefined;
        const oldObject = isObject(old) ? old : undefined;
        return planFields(of.fields, member, oldObject, creating || oldObject === undefined, asSet);
    });
    if (type.kind === "list") {
        return planned;
    }
    const ordered = orderSet(of, planned);
    return sameAsPrior(type, ordered, prior) ? prior : ordered;
}

/** A block in which nothing is given is a block of nothing: no empty lists in it. */
function emptied(block: unknown): unknown {
    return isObject(block) && Object.values(block).every(isZero)
        ? Object.fromEntries(Object.keys(block).map((name) => [name, null]))
        : block;
}

/** True when a plan differs from the state only in values that are unset here and zero there. */
function sameAsPrior(type: Type, planned: unknown, prior: unknown): boolean {
    if (prior === undefined || prior === null || containsUnknown(planned)) {
        return false;
    }
    return identity(type, withoutZeros(planned)) === identity(type, withoutZeros(prior));
}

/** The value with every zero left out of objects, so that unset and zero compare as equal. */
export function withoutZeros(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutZeros);
    }
    if (!isObject(value)) {
        return value;
    }
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, withoutZeros(item)]);
    return Object.fromEntries(entries.filter(([, item]) => !isZero(item)));
}

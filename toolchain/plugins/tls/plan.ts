/** Plans a resource from its state and the program's inputs, by the Terraform framework's rules. */
import { sameValue } from "../lib/diff";
import type { Diff, Props } from "../lib/resource";
import { unknownValue, isUnknown } from "../lib/values";
import { type Attribute, type ResourceSchema, streetAddresses, subjectStrings } from "./schema";

const hourMs = 3_600_000;
const pem = /^-----BEGIN [A-Za-z ]+-----\n[\s\S]+\n-----END [A-Za-z ]+-----\n?$/;

/** The values to come; a value that only the resource's making will tell is `UNKNOWN`. */
export interface Plan {
    values: Props;
    /** The properties that differ from the state. */
    changed: string[];
    /** The changed properties that need a replacement. */
    replaces: string[];
}

/** Plans a resource. `state` is undefined for a resource that is still to be made; `now` in ms since the epoch. */
export function plan(schema: ResourceSchema, inputs: Props, state: Props | undefined, now: number): Plan {
    const proposed = Object.fromEntries(
        schema.attributes.map((attribute) => [attribute.name, proposeValue(attribute, inputs, state)]),
    );
    const differs = schema.attributes.some(({ name }) => !sameValue(proposed[name], state?.[name]));
    const values: Props = differs ? forgetComputed(schema, proposed, inputs, state) : { ...proposed };
    const renews = planRenewal(values, now);
    const changed = schema.attributes.filter(({ name }) => !sameValue(values[name], state?.[name]));
    const replaces = changed.filter((attribute) => needsReplacement(attribute, state?.[attribute.name]));
    return {
        values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
        changed: changed.map(({ name }) => name),
        replaces: [...replaces.map(({ name }) => name), ...(renews ? ["readyForRenewal"] : [])],
    };
}

/** The plan as the engine wants it; the official plugin names the properties only, without detail. */
export function planDiff({ changed, replaces }: Plan): Diff {
    return {
        changes: changed.length > 0,
        replaces,
        deleteBeforeReplace: false,
        diffs: changed,
    };
}

/** True when the time from which a certificate is to be renewed has come. */
export function isReadyForRenewal(values: Props, now: number): boolean {
    const { validityEndTime, earlyRenewalHours } = values;
    if (typeof validityEndTime !== "string") {
        return false;
    }
    const hours = typeof earlyRenewalHours === "number" ? earlyRenewalHours : 0;
    return Date.parse(validityEndTime) - hours * hourMs <= now;
}

function proposeValue(attribute: Attribute, inputs: Props, state: Props | undefined): unknown {
    const given = inputs[attribute.name];
    if (given !== undefined) {
        return attribute.type === "subject" && isUnknown(given) ? unknownSubject() : given;
    }
    const computed = attribute.origin === "computed" || attribute.origin === "optional-computed";
    return attribute.default ?? (computed ? state?.[attribute.name] : undefined);
}

/** The provider's computed values are unknown after a change, but for those that stay as long as the resource does. */
function forgetComputed(
    schema: ResourceSchema,
    proposed: Props,
    inputs: Props,
    state: Props | undefined,
): Props {
    const entries = schema.attributes.map(
        ({ name, origin, default: fallback, keepOnUpdate }): [string, unknown] => {
            const forgotten =
                (origin === "computed" || origin === "optional-computed") &&
                inputs[name] === undefined &&
                fallback === undefined &&
                (state === undefined || keepOnUpdate === false);
            return [name, forgotten ? unknownValue : proposed[name]];
        },
    );
    return Object.fromEntries(entries);
}

/** Sets `readyForRenewal` of a certificate's plan; true when the time has come to replace the certificate. */
function planRenewal(values: Props, now: number): boolean {
    const { readyForRenewal, validityPeriodHours, earlyRenewalHours } = values;
    if (readyForRenewal === undefined) {
        return false;
    }
    // An unknown number counts as zero here, as in the official plugin.
    const period = typeof validityPeriodHours === "number" ? validityPeriodHours : 0;
    if (period === 0 || (typeof earlyRenewalHours === "number" && earlyRenewalHours >= period)) {
        values["readyForRenewal"] = true;
    }
    if (!isReadyForRenewal(values, now)) {
        return false;
    }
    values["readyForRenewal"] = unknownValue;
    return true;
}

function needsReplacement(attribute: Attribute, old: unknown): boolean {
    return attribute.replace === "pem"
        ? typeof old === "string" && pem.test(old)
        : attribute.replace === "always";
}

function unknownSubject(): Props {
    return Object.fromEntries([...subjectStrings, streetAddresses].map((name) => [name, unknownValue]));
}

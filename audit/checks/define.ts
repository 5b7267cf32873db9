/** The form in which a check is written down. */
import type { HostFacts } from "../facts";
import type { Check, Outcome } from "../model";

/** The version of the CIS Docker Benchmark that the ids are from. */
const benchmark = "CIS Docker Benchmark 1.6.0";

/** A check without the fields that follow from its id. */
export type Definition = Omit<Check<HostFacts>, "section" | "reference">;

/** A check of the table. */
export function check(definition: Definition): Check<HostFacts> {
    const { id } = definition;
    return { ...definition, section: sectionOf(id), reference: `${benchmark}, ${id}` };
}

/** A check that a person has to make. Such a check never counts for the score. */
export function manual(
    definition: Omit<Definition, "judge" | "scored"> & { readonly result: "INFO" | "NOTE" },
): Check<HostFacts> {
    const { result, ...rest } = definition;
    return check({ ...rest, scored: false, judge: () => ({ result }) });
}

function sectionOf(id: string): Check<HostFacts>["section"] {
    const section = ([1, 2, 3, 4, 5, 6, 7] as const).find((number) => id.startsWith(`${number}.`));
    if (section === undefined) {
        throw new Error(`check ${id}: there is no such section; ids begin with 1. to 7.`);
    }
    return section;
}

export const pass: Outcome = { result: "PASS" };

export function passWith(details: string): Outcome {
    return { result: "PASS", details };
}

export function info(details: string, items?: readonly string[]): Outcome {
    return { result: "INFO", details, ...(items === undefined ? {} : { items }) };
}

export function warn(details: string, items?: readonly string[]): Outcome {
    return { result: "WARN", details, ...(items === undefined ? {} : { items }) };
}

/** The form in which a check is written down. */
import type { HostFacts } from "../facts";
import type { Check, Outcome } from "../model";
import { otherDaemon, otherProduct } from "./foreign";

/** The version of the CIS Docker Benchmark that the ids are from. */
const benchmark = "CIS Docker Benchmark 1.6.0";

/** A check without the fields that follow from its id. */
export type Definition = Omit<Check<HostFacts>, "section" | "reference">;

/** A check of the table. */
export function check(definition: Definition): Check<HostFacts> {
    const { id } = definition;
    return { ...definition, section: sectionOf(id), reference: `${benchmark}, ${id}` };
}

/** A check that is not judged where `obstacle` gives a reason; undefined: the check is judged. */
function unless(
    obstacle: (facts: HostFacts) => string | undefined,
    definition: Definition,
): Check<HostFacts> {
    const { judge } = definition;
    return check({
        ...definition,
        judge(facts) {
            const why = obstacle(facts);
            return why === undefined ? judge(facts) : info(`Not judged: ${why}.`);
        },
    });
}

/** A check of an answer of Docker Engine. The same answer means something else where another product gives it. */
export function engineCheck(definition: Definition): Check<HostFacts> {
    return unless(otherProduct, definition);
}

/** A check of the engine's process, settings or files: those that were read may belong to another engine. */
export function daemonCheck(definition: Definition): Check<HostFacts> {
    return unless(otherDaemon, definition);
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

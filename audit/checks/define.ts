/** How a check is written down: the right verdict, and Docker Bench's where it is another one. */
import type { HostFacts } from "../facts";
import type { Check, DockerBenchVerdict, Outcome } from "../model";

/** The right verdict. */
export type Verdict = Omit<Outcome, "dockerBench">;

/** Which version of the CIS Docker Benchmark the ids are from. */
const benchmark = "CIS Docker Benchmark 1.6.0";

/** A check without what follows from its id. */
export interface Definition extends Omit<Check<HostFacts>, "section" | "reference" | "judge"> {
    readonly judge: (facts: HostFacts) => Verdict;
    /** What Docker Bench says; it is kept where it differs from the right verdict. @default the same */
    readonly dockerBench?: (facts: HostFacts) => DockerBenchVerdict;
}

/** A check of the table. */
export function check(definition: Definition): Check<HostFacts> {
    const { judge, dockerBench, ...rest } = definition;
    return {
        ...rest,
        section: sectionOf(rest.id),
        reference: `${benchmark}, ${rest.id}`,
        judge(facts) {
            const verdict = judge(facts);
            const theirs = dockerBench?.(facts);
            return theirs === undefined || theirs.result === verdict.result
                ? verdict
                : { ...verdict, dockerBench: theirs };
        },
    };
}

/** A check that a person has to make; it never counts. */
export function manual(
    definition: Omit<Definition, "judge" | "scored" | "dockerBench"> & { readonly result: "INFO" | "NOTE" },
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

export const pass: Verdict = { result: "PASS" };

export function passWith(details: string): Verdict {
    return { result: "PASS", details };
}

export function info(details: string, items?: readonly string[]): Verdict {
    return { result: "INFO", details, ...(items === undefined ? {} : { items }) };
}

export function warn(details: string, items?: readonly string[]): Verdict {
    return { result: "WARN", details, ...(items === undefined ? {} : { items }) };
}

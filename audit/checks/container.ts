/** Checks that look at each running container alike. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { check, type Definition, info, pass } from "./define";

/** Finds the defects of one container, each as a short text; empty: none. */
type Finder = (container: ContainerFacts, facts: HostFacts) => readonly string[];

/** A check of every running container. */
interface ContainerDefinition extends Omit<Definition, "judge" | "scored"> {
    /** The verdict for a finding; a WARN counts for the score, an INFO does not. */
    readonly verdict: "WARN" | "INFO";
    /** The line that stands before the items. */
    readonly finding: string;
    /** Findings as reports show them: the container's name, in some checks followed by `:` and a detail. */
    readonly find: Finder;
    /** Finds containers of which nothing certain can be said: an INFO where no defect is found. @default none */
    readonly unclear?: { readonly finding: string; readonly find: Finder };
    /** The limit of the host that keeps the found containers from a PASS; see `Outcome.hostLimit`. @default none */
    readonly hostLimit?: (found: readonly ContainerFacts[], facts: HostFacts) => string | undefined;
}

const noneRuns = "No container is running.";

/** Makes a finder of a condition: the finding is just the container's name. */
export function named(condition: (container: ContainerFacts, facts: HostFacts) => boolean): Finder {
    return (container, facts) => (condition(container, facts) ? [container.name] : []);
}

/** A check of every running container. */
export function containerCheck(definition: ContainerDefinition): Check<HostFacts> {
    const { verdict, finding, find, unclear, hostLimit, ...rest } = definition;
    return check({
        ...rest,
        scored: verdict === "WARN",
        judge(facts) {
            if (facts.containers.length === 0) {
                return info(noneRuns);
            }
            const found = facts.containers.filter((container) => find(container, facts).length > 0);
            if (found.length === 0) {
                const doubts = facts.containers.flatMap((container) => unclear?.find(container, facts) ?? []);
                return unclear === undefined || doubts.length === 0 ? pass : info(unclear.finding, doubts);
            }
            const limit = hostLimit?.(found, facts);
            return {
                result: verdict,
                details: finding,
                items: found.flatMap((container) => find(container, facts)),
                ...(limit === undefined ? {} : { hostLimit: limit }),
            };
        },
    });
}

/** A remark on containers, which is the same for all containers. */
export function containerRemark(
    definition: Omit<Definition, "judge" | "scored"> & { readonly result: "INFO" | "NOTE" },
): Check<HostFacts> {
    const { result, ...rest } = definition;
    return check({
        ...rest,
        scored: false,
        judge: ({ containers }) => (containers.length === 0 ? info(noneRuns) : { result }),
    });
}

/** Checks that look at each running container alike. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { check, type Definition, info, pass } from "./define";

/** What is wrong with one container, each with a word on it; empty: nothing. */
type Finder = (container: ContainerFacts, facts: HostFacts) => readonly string[];

/** A check of every running container. */
interface ContainerDefinition extends Omit<Definition, "judge" | "scored"> {
    /** What a finding means; a WARN counts for the score, an INFO does not. */
    readonly verdict: "WARN" | "INFO";
    /** Said before the items. */
    readonly finding: string;
    /** Findings as they are shown: the container's name, and `:` and what was found where that tells more. */
    readonly find: Finder;
    /** What the host itself keeps the found containers from; see `Outcome.hostLimit`. @default nothing */
    readonly hostLimit?: (found: readonly ContainerFacts[], facts: HostFacts) => string | undefined;
}

const noneRuns = "No container is running.";

/** True as a finding: just the container's name. */
export function named(condition: (container: ContainerFacts, facts: HostFacts) => boolean): Finder {
    return (container, facts) => (condition(container, facts) ? [container.name] : []);
}

/** A check of every running container. */
export function containerCheck(definition: ContainerDefinition): Check<HostFacts> {
    const { verdict, finding, find, hostLimit, ...rest } = definition;
    return check({
        ...rest,
        scored: verdict === "WARN",
        judge(facts) {
            if (facts.containers.length === 0) {
                return info(noneRuns);
            }
            const found = facts.containers.filter((container) => find(container, facts).length > 0);
            if (found.length === 0) {
                return pass;
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

/** A remark on containers: the same whatever the containers are. */
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

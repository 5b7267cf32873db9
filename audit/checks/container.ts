/** Checks that look at each running container alike. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { check, type Definition, info, pass } from "./define";
import { benchContainers, listingWhy } from "./docker-bench-reading";

/** What is wrong with one container, each with a word on it; empty: nothing. */
type Finder = (container: ContainerFacts, facts: HostFacts) => readonly string[];

/** A check of every running container. */
export interface ContainerDefinition extends Omit<Definition, "judge" | "dockerBench" | "scored"> {
    /** What a finding means; a WARN counts for the score, an INFO does not. */
    readonly verdict: "WARN" | "INFO";
    /** Said before the items. */
    readonly finding: string;
    /** Findings as they are shown: the container's name, and `:` and what was found where that tells more. */
    readonly find: Finder;
    /** What Docker Bench finds, where that is something else. @default the same */
    readonly bench?: {
        readonly find: Finder;
        readonly why: string;
        /** It takes the containers from elsewhere, those too that it leaves out else. @default false */
        readonly seesAll?: boolean;
    };
    /** What Docker Bench says where no container runs. @default nothing at all */
    readonly withoutContainers?: "INFO";
}

const noneRuns = "No container is running.";

/** True as a finding: just the container's name. */
export function named(condition: (container: ContainerFacts, facts: HostFacts) => boolean): Finder {
    return (container, facts) => (condition(container, facts) ? [container.name] : []);
}

/** A check of every running container. */
export function containerCheck(definition: ContainerDefinition): Check<HostFacts> {
    const { verdict, finding, find, bench, withoutContainers, ...rest } = definition;
    return check({
        ...rest,
        scored: verdict === "WARN",
        judge(facts) {
            if (facts.containers.length === 0) {
                return info(noneRuns);
            }
            const items = facts.containers.flatMap((container) => find(container, facts));
            return items.length === 0 ? pass : { result: verdict, details: finding, items };
        },
        dockerBench(facts) {
            const seen = benchContainers(facts);
            if (seen.length === 0) {
                return {
                    result: withoutContainers ?? "absent",
                    why:
                        facts.containers.length === 0
                            ? "It leaves the checks of containers out where none runs."
                            : listingWhy,
                };
            }
            const looked = bench?.seesAll === true ? facts.containers : seen;
            const found = looked.some((container) => (bench?.find ?? find)(container, facts).length > 0);
            // What it finds in the containers that it sees is enough to tell which of its two errors it was.
            const all = facts.containers.some(
                (container) => (bench?.find ?? find)(container, facts).length > 0,
            );
            return {
                result: found ? verdict : "PASS",
                why: all === found ? (bench?.why ?? listingWhy) : listingWhy,
            };
        },
    });
}

/** A remark of section 5: the same whatever the containers are, and left out where none runs. */
export function containerRemark(
    definition: Omit<Definition, "judge" | "dockerBench" | "scored"> & { readonly result: "INFO" | "NOTE" },
): Check<HostFacts> {
    const { result, ...rest } = definition;
    return check({
        ...rest,
        scored: false,
        judge: ({ containers }) => (containers.length === 0 ? info(noneRuns) : { result }),
        dockerBench: (facts) =>
            benchContainers(facts).length > 0
                ? { result, why: "" }
                : { result: "absent", why: "It leaves the checks of containers out where it sees none." },
    });
}

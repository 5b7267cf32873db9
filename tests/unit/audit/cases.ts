/** What is changed on a good host, and what a check makes of it. */
import type { HostFacts } from "../../../audit/facts";
import type { ContainerFacts, EngineFacts, SwarmFacts } from "../../../audit/facts";
import type { DockerBenchVerdict, Result } from "../../../audit/model";
import { goodContainer, goodHost } from "./facts";

/** What a change makes of a check: our verdict, and Docker Bench's where it is another one. */
export type Case = readonly [
    what: string,
    id: string,
    change: Partial<HostFacts>,
    ours: Result,
    theirs?: DockerBenchVerdict["result"],
];

export function engine(change: Partial<EngineFacts>): Partial<HostFacts> {
    return { engine: { ...goodHost().engine, ...change } };
}

export function container(change: Partial<ContainerFacts>): Partial<HostFacts> {
    return { containers: [goodContainer(change)] };
}

/** Of a node of a swarm. */
export function swarm(change: Partial<SwarmFacts>): Partial<HostFacts> {
    return { swarm: { ...goodHost().swarm, state: "active", leaders: 1, ...change } };
}

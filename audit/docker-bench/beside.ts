/** Our audit of a host, and the real Docker Bench's beside it. */
import { audit } from "../audit";
import type { CollectOptions } from "../collect";
import { compare, type DockerBenchComparison } from "./compare";
import { runDockerBench } from "./run";
import type { DockerBenchSource } from "./settings";
import type { AuditReport } from "../model";
import type { Target } from "../../transport/target";

export interface BesideOptions extends CollectOptions {
    /** The real one is run too, before ours. @default it is not */
    readonly dockerBench?: DockerBenchSource | undefined;
}

/** An audit, and what the real Docker Bench says of the same host where it was asked. */
export interface AuditBeside {
    readonly report: AuditReport;
    readonly dockerBench: DockerBenchComparison | undefined;
}

/**
 * Audits a host, one after the other: a Docker Bench that runs as a container is not there any more when we look.
 * @throws AuditError where one of the two could not be done.
 */
export async function auditBeside(
    target: Target,
    { dockerBench, ...options }: BesideOptions,
): Promise<AuditBeside> {
    const theirs = dockerBench && (await runDockerBench(target, dockerBench, options.trustedUsers));
    const report = await audit(target, options);
    return { report, dockerBench: theirs && compare(report, theirs) };
}

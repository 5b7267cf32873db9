/** Our audit of a host, and the real Docker Bench's beside it. */
import { audit } from "../audit";
import type { CollectOptions } from "../collect";
import { compare, type DockerBenchComparison } from "./compare";
import { runDockerBench } from "./run";
import type { DockerBenchSource } from "./settings";
import type { AuditReport } from "../model";
import type { Target } from "../../transport/target";

export interface BesideOptions extends CollectOptions {
    /** The real Docker Bench to run before our audit. @default none */
    readonly dockerBench?: DockerBenchSource | undefined;
}

/** An audit, and the results of the real Docker Bench on the same host, if it was run. */
export interface AuditBeside {
    readonly report: AuditReport;
    readonly dockerBench: DockerBenchComparison | undefined;
}

/**
 * Audits a host by Docker Bench first, then by our audit: a container of Docker Bench is gone when our audit looks.
 * @throws AuditError where one of the two audits could not be made.
 */
export async function auditBeside(
    target: Target,
    { dockerBench, ...options }: BesideOptions,
): Promise<AuditBeside> {
    const theirs = dockerBench && (await runDockerBench(target, dockerBench, options.trustedUsers));
    const report = await audit(target, options);
    return { report, dockerBench: theirs && compare(report, theirs) };
}

/** Judges a host. */
import { checks } from "./checks";
import { collectWithLive, type CollectOptions } from "./collect";
import { otherVerdict } from "./docker-bench/foretold";
import { driftOf } from "./drift/drift";
import type { HostFacts } from "./facts";
import { scoreOf } from "./score";
import type { AuditReport, CheckResult } from "./model";
import type { Target } from "../transport/target";

/**
 * Runs all checks on the facts of a host.
 * @param end RFC 3339. @default now
 * @throws AuditError where the facts cannot be judged: the engine's configuration file is no JSON.
 */
export function auditFacts(facts: HostFacts, end = new Date().toISOString()): AuditReport {
    const results = checks.map((check): CheckResult => {
        const { id, section, title, reference, scored, remediation, setting } = check;
        const outcome = check.judge(facts);
        const dockerBench = otherVerdict(facts, check, outcome);
        return {
            id,
            section,
            title,
            reference,
            scored,
            remediation,
            ...(setting === undefined ? {} : { setting }),
            ...outcome,
            ...(dockerBench === undefined ? {} : { dockerBench }),
        };
    });
    return {
        host: facts.host,
        hostName: facts.hostName,
        engineVersion: facts.engine.version,
        start: new Date(facts.time * 1000).toISOString(),
        end,
        results,
        containers: facts.containers.map(({ name, image, imageId }) => ({
            name,
            images: [image, ...(facts.images.find(({ id }) => id === imageId)?.tags ?? [])],
        })),
        score: scoreOf(results),
    };
}

/**
 * Reads a host and judges it; a declaration, if there is one, is compared with the host too.
 * @throws AuditError where nothing can be said about the host.
 */
export async function audit(target: Target, options: CollectOptions = {}): Promise<AuditReport> {
    const start = new Date().toISOString();
    const { facts, live } = await collectWithLive(target, options);
    const { declaration } = options;
    const drift = declaration && live && driftOf(declaration, live);
    return { ...auditFacts(facts), start, ...(drift === undefined ? {} : { drift }) };
}

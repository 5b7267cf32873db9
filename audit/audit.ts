/** Judges a host. */
import { checks } from "./checks";
import { collectWithLive, type CollectOptions } from "./collect";
import { driftOf } from "./drift/drift";
import type { HostFacts } from "./facts";
import type { AuditReport, CheckResult } from "./model";
import type { Target } from "../transport/target";

/**
 * Runs all checks on what was read from a host.
 * @param end RFC 3339. @default now
 * @throws AuditError where the facts cannot be judged: the engine's configuration file is no JSON.
 */
export function auditFacts(facts: HostFacts, end = new Date().toISOString()): AuditReport {
    const results = checks.map((check): CheckResult => {
        const { id, section, title, reference, scored, remediation, setting } = check;
        return {
            id,
            section,
            title,
            reference,
            scored,
            remediation,
            ...(setting === undefined ? {} : { setting }),
            ...check.judge(facts),
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

/** Scored PASS less scored WARN. */
export function scoreOf(results: readonly Pick<CheckResult, "scored" | "result">[]): number {
    const points = { PASS: 1, WARN: -1, INFO: 0, NOTE: 0 } as const;
    return results.filter(({ scored }) => scored).reduce((sum, { result }) => sum + points[result], 0);
}

/**
 * Reads a host and judges it; with a declaration, compares it with that too.
 * @throws AuditError where nothing can be said about it.
 */
export async function audit(target: Target, options: CollectOptions = {}): Promise<AuditReport> {
    const start = new Date().toISOString();
    const { facts, live } = await collectWithLive(target, options);
    const { declaration } = options;
    const drift = declaration && live && driftOf(declaration, live);
    return { ...auditFacts(facts), start, ...(drift === undefined ? {} : { drift }) };
}

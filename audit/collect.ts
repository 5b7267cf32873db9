/**
 * Collects all facts about a host in one read-only pass: the engine's API, a script on the host, and a second one that
 * follows the links in containers' mounts.
 */
import { type EngineSweep, type Progress, sweepEngine } from "./collect/engine";
import { type HostReading, readHost } from "./collect/host";
import { withLinkTargets } from "./collect/links";
import type { Declaration } from "../declaration";
import type { LiveHost } from "./drift/live";
import { askedFor, readDeclared } from "./drift/read";
import type { HostFacts } from "./facts";
import type { Target } from "../transport/target";
import { asAuditError, AuditError } from "./error";
import { reasonOf } from "../text/reason";

export interface CollectOptions {
    /** Seconds after which the host counts as silent. @default 60 */
    readonly timeoutSeconds?: number;
    /** Users who may be in the host's group `docker`. @default not given: check 1.1.2 only shows the members */
    readonly trustedUsers?: readonly string[];
    /** Is told the number of the engine's answers so far, and the number of questions. @default nobody is told */
    readonly onProgress?: Progress;
    /** The declaration to compare the host with. @default none: no more is read than the checks need */
    readonly declaration?: Declaration | undefined;
}

/** The facts that were read from a host. */
interface Collected {
    readonly facts: HostFacts;
    /** The facts that are compared with a declaration; undefined where there is no declaration. */
    readonly live: LiveHost | undefined;
}

const defaultTimeoutSeconds = 60;

/**
 * Reads a host. Nothing is written on the host, and no container is started.
 * @throws AuditError where the host cannot be reached, is silent for too long, or answers in an unknown form.
 */
export async function collectWithLive(target: Target, options: CollectOptions = {}): Promise<Collected> {
    const seconds = options.timeoutSeconds ?? defaultTimeoutSeconds;
    const ending = new AbortController();
    const timer = setTimeout(() => {
        ending.abort(
            new Error(`no full answer within ${seconds} s; check the host's load and its engine's log`),
        );
    }, seconds * 1000);
    try {
        const sweeping = sweepEngine(target, ending.signal, options.onProgress);
        const [{ live, ...sweep }, containers, reading, files] = await Promise.all([
            sweeping,
            sweeping.then((swept) => withLinkTargets(target, swept.containers, ending.signal)),
            readHost(target, ending.signal),
            options.declaration && readDeclared(target, askedFor(options.declaration), ending.signal),
        ]);
        const about = { host: target.url, trustedUsers: options.trustedUsers };
        return {
            facts: mergeFacts({ ...sweep, containers }, reading, about),
            live: files && { files, engine: live, daemonConfig: reading.daemon.config },
        };
    } catch (thrown) {
        // One part has failed: do not wait for the other part.
        ending.abort(new Error("another part of the audit failed"));
        const error = asAuditError(thrown);
        throw error instanceof AuditError ? error : unexpected(error, target);
    } finally {
        clearTimeout(timer);
    }
}

/**
 * Reads a host, as far as the checks need it.
 * @throws AuditError as `collectWithLive` does.
 */
export async function collect(target: Target, options: CollectOptions = {}): Promise<HostFacts> {
    return (await collectWithLive(target, options)).facts;
}

/** Joins the facts of the engine's API and of the script. */
export function mergeFacts(
    sweep: Omit<EngineSweep, "live">,
    { sshd, managementAddresses, ...host }: HostReading,
    about: Pick<HostFacts, "host" | "trustedUsers">,
): HostFacts {
    return {
        ...host,
        ...sweep,
        ...about,
        containers: sweep.containers.map((container) => ({ ...container, sshd: sshd.get(container.id) })),
        hasSshd: sshd.size > 0,
        swarm: { ...sweep.swarm, managementAddresses },
    };
}

function unexpected(error: unknown, target: Target): AuditError {
    const problem = reasonOf(error);
    return new AuditError(
        `audit: ${target.url} cannot be audited: ${problem}; this is a defect of the audit`,
        {
            cause: error,
        },
    );
}

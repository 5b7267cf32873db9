/**
 * Verdicts of Docker Bench 1.6.0 where it is known to err, by the id of the check. The right verdicts are those of
 * checks/. Docker Bench judges a check that is not in these tables as we do.
 */
import type { HostFacts } from "../../facts";
import type { Check, DockerBenchVerdict, Outcome } from "../../model";
import { foretoldOfAuditRules } from "./audit-rules";
import { foretoldOfContainers } from "./containers";
import type { Foretell } from "./define";
import { foretoldOfEngine } from "./engine";
import { foretoldOfFiles } from "./files";
import { foretoldOfHost } from "./host";
import { foretoldOfImages } from "./images";
import { foretoldOfSwarm } from "./swarm";

const tables = [
    foretoldOfHost,
    foretoldOfAuditRules,
    foretoldOfEngine,
    foretoldOfFiles,
    foretoldOfImages,
    foretoldOfContainers,
    foretoldOfSwarm,
];

/** All tables as one. @throws Error where two tables know the same check */
function together(): ReadonlyMap<string, Foretell> {
    const all = new Map<string, Foretell>();
    for (const [id, foretell] of tables.flatMap((table) => Object.entries(table))) {
        if (all.has(id)) {
            throw new Error(`check ${id} is foretold twice`);
        }
        all.set(id, foretell);
    }
    return all;
}

const foretold = together();

/** The checks on which Docker Bench may differ. */
export const foretoldIds: readonly string[] = [...foretold.keys()];

/**
 * Docker Bench's verdict, where Docker Bench is known to err. Docker Bench reads the arguments of the engine's process:
 * where no such process was found, no verdict of Docker Bench is foretold.
 * @param right the check's own outcome
 */
export function otherVerdict(
    facts: HostFacts,
    check: Check<HostFacts>,
    { result }: Outcome,
): DockerBenchVerdict | undefined {
    if (facts.daemon.command.length === 0) {
        return undefined;
    }
    const theirs = foretold.get(check.id)?.(facts, check);
    return theirs === undefined || theirs.result === result ? undefined : theirs;
}

/** Compares a host with its declaration. */
import { itemsOf, type Declaration, type Declared, type DeclaredKind } from "../../../declaration";
import type { DriftFinding } from "../finding";
import type { LiveHost } from "../live";
import { compareAuditRules } from "./audit-rules";
import { compareCertificate } from "./certificate";
import { compareContainer, unexpectedContainers } from "./container";
import { compareDaemon, compareEngine } from "./engine";
import { compareAbsent, compareFile, compareFolder } from "./file";
import { compareIdRange } from "./id-range";
import { compareNetwork, compareVolume, unexpectedObjects } from "./objects";

/** Gives the differences; the last argument decides which certificates are to be renewed. */
type Comparison = (declaration: Declaration, host: LiveHost, now: Date) => DriftFinding[];

type Comparer<K extends DeclaredKind> = (
    item: Declared<K>,
    host: LiveHost,
    declaration: Declaration,
    now: Date,
) => DriftFinding[];

/** The comparison of all items of a kind. */
function each<K extends DeclaredKind>(kind: K, compare: Comparer<K>): Comparison {
    return (declaration, host, now) =>
        itemsOf(declaration, kind).flatMap((item) => compare(item, host, declaration, now));
}

/** One comparison for each kind of item, in the order in which reports tell the differences. */
const comparisons: Readonly<Record<DeclaredKind, Comparison>> = {
    daemon: each("daemon", compareDaemon),
    engine: each("engine", compareEngine),
    idRange: each("idRange", compareIdRange),
    auditRules: each("auditRules", compareAuditRules),
    file: each("file", compareFile),
    folder: each("folder", compareFolder),
    absent: each("absent", compareAbsent),
    certificate: each("certificate", compareCertificate),
    container: each("container", compareContainer),
    network: each("network", compareNetwork),
    volume: each("volume", compareVolume),
};

/** Searches for things that look like the stack's, and that the stack did not declare. */
const searches: readonly Comparison[] = [unexpectedContainers, unexpectedObjects];

/**
 * The differences of a host from its declaration, kind by kind, then the undeclared things.
 * @param now decides which certificates are to be renewed.
 * @throws AuditError where something of the host cannot be compared.
 */
export function compareDrift(declaration: Declaration, host: LiveHost, now: Date): DriftFinding[] {
    return [...Object.values(comparisons), ...searches].flatMap((compare) => compare(declaration, host, now));
}

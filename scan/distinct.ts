import type { Finding } from "./report";

/** One finding of two about the same: the worse one, with the fix, the CVE ids and the layers of both, and the earlier publication. */
function merged(a: Finding, b: Finding, rank: (finding: Finding) => number): Finding {
    const [worse, other] = rank(b) > rank(a) ? [b, a] : [a, b];
    const layers = [...new Set([...(worse.layers ?? []), ...(other.layers ?? [])])].sort();
    return {
        ...worse,
        fixedVersion: worse.fixedVersion === "" ? other.fixedVersion : worse.fixedVersion,
        // Where one is not known, neither is the earlier one.
        published: a.published < b.published ? a.published : b.published,
        cves: [...new Set([...worse.cves, ...other.cves])].sort(),
        ...(layers.length === 0 ? {} : { layers }),
    };
}

/**
 * Findings, each vulnerability of a package once: a package may lie in several places, and an advisory may come by two
 * updaters, of which one knows no severity or no fix.
 *
 * @param rank the higher the worse
 * @param apart findings for which this differs are two
 */
export function distinct(
    findings: readonly Finding[],
    rank: (finding: Finding) => number,
    apart: (finding: Finding) => boolean = () => false,
): Finding[] {
    const byKey = new Map<string, Finding>();
    for (const finding of findings) {
        const key = JSON.stringify([finding.vulnerability, finding.package, finding.version, apart(finding)]);
        const known = byKey.get(key);
        byKey.set(key, known === undefined ? finding : merged(known, finding, rank));
    }
    return [...byKey.values()];
}

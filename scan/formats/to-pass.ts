/** What would have to change for an image to pass, computed from its judgement. */
import { clip, listed } from "../../text/clip";
import { counted } from "../../text/count";
import { acceptKey } from "../failure";
import type { Policy } from "../policy";
import type { Finding } from "../report";
import { unjudgedText } from "../words";
import type { RunImage } from "./run";

/** One thing to do. */
export interface Change {
    /** In words: `update openssl 1.0-1 to 1.0-2`. */
    readonly text: string;
    /** The findings that this takes off; empty where it is about what nobody judged. */
    readonly findings: readonly Finding[];
}

/** Findings that a text names. */
const named = 5;

function ids(findings: readonly Finding[]): string {
    return listed([...new Set(findings.map(({ vulnerability }) => vulnerability))], named);
}

/** `1 finding fewer` */
function fewer(findings: readonly Finding[]): string {
    return `${counted(findings.length, "finding")} fewer`;
}

/** The update of one package to a version in which these findings are fixed. */
function update(findings: readonly Finding[]): Change {
    const [first] = findings;
    const versions = [...new Set(findings.map(({ fixedVersion }) => fixedVersion))];
    const to =
        versions.length === 1 ? clip(versions[0] ?? "", 80) : `the newest of ${listed(versions, named)}`;
    return {
        text: `update ${clip(first?.package ?? "", 80)} ${clip(first?.version ?? "", 80)} to ${to}: ${fewer(findings)} (${ids(findings)})`,
        findings,
    };
}

/** What has no fix: somebody answers for it, or the package goes. */
function except(findings: readonly Finding[]): Change {
    const [first] = findings;
    const what = clip(first?.package ?? "", 80);
    return {
        text: `take ${what} out, or except ${ids(findings)} of ${what} (portcullis:scan.exceptions), which ${findings.length === 1 ? "has" : "have"} no fix yet: ${fewer(findings)}`,
        findings,
    };
}

/** Findings by their package in its version, the package with the most first. */
function byPackage(findings: readonly Finding[]): Finding[][] {
    const groups = new Map<string, Finding[]>();
    for (const finding of findings) {
        const key = JSON.stringify([finding.package, finding.version]);
        groups.set(key, [...(groups.get(key) ?? []), finding]);
    }
    return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** Changes by which no finding fails the image, and no more count than may. */
function changesOf(alarms: readonly Finding[], counting: readonly Finding[], threshold: number): Change[] {
    const gone = new Set<Finding>();
    const changes: Change[] = [];
    const take = (change: Change): void => {
        changes.push(change);
        for (const finding of change.findings) {
            gone.add(finding);
        }
    };
    const all = [...new Set([...alarms, ...counting])];
    const isFixed = ({ fixedVersion }: Finding): boolean => fixedVersion !== "";
    const must = byPackage(alarms);
    for (const group of must) {
        const [first] = group;
        const same = all.filter(
            (one) => one.package === first?.package && one.version === first.version && isFixed(one),
        );
        if (group.some(isFixed)) {
            take(update(same));
        }
        const rest = group.filter((one) => !isFixed(one));
        if (rest.length > 0) {
            take(except(rest));
        }
    }
    const left = (): Finding[] => counting.filter((finding) => !gone.has(finding));
    for (const group of byPackage(left().filter(isFixed))) {
        if (left().length > threshold) {
            take(update(group));
        }
    }
    for (const group of byPackage(left().filter((finding) => !isFixed(finding)))) {
        const over = left().length - threshold;
        if (over > 0) {
            take(except(group.slice(0, over)));
        }
    }
    return changes;
}

/** What would have to change for an image to pass; empty where it passes. */
export function changesToPass({ name, judgement, held, report }: RunImage, policy: Policy): Change[] {
    const { alarms = [], counted: counting = [], over = false } = judgement;
    const plain = (text: string): Change => ({ text, findings: [] });
    const unread =
        judgement.verdict === "error" && (held === undefined || held.unjudged.length === 0)
            ? [
                  plain(
                      report === undefined
                          ? "scan the image again (portcullis:scan.rescan), once what is wrong is put right"
                          : "put right what is wrong, and judge again (portcullis:scan.rescan)",
                  ),
              ]
            : [];
    return [
        ...unread,
        ...changesOf(
            alarms.map(({ finding }) => finding),
            over ? counting : [],
            policy.threshold,
        ),
        ...(held?.unjudged ?? []).map((part) => {
            const nothing = ["no-packages", "no-distribution", "unknown-distribution"].includes(part.what);
            const load = nothing ? "" : "load advisories (portcullis:scanner), ";
            // One image of several has its platform behind the name: `team/app (linux/amd64)`.
            const key = clip(acceptKey(name.replace(/ \([a-z0-9]+(\/[a-z0-9]+)+\)$/, "")), 200);
            return plain(
                `for ${unjudgedText(part)}, which nobody judged: ${load}choose another base image, or have somebody answer for it (${key})`,
            );
        }),
    ];
}

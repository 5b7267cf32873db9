/** The kernel's audit rules for the engine's files. */
import { counted } from "../../text/count";
import { type FileFacts, fileAt, type HostFacts } from "../facts";
import type { Check, Outcome } from "../model";
import { daemonCheck, info, pass, warn } from "./define";

/** A path that has to be audited, and the kinds of file that the check asks for. */
export interface Watched {
    readonly id: string;
    readonly level: 1 | 2;
    readonly what: string;
    /** Only a path of one of these kinds is judged; empty: the check does not look whether the path is there. */
    readonly kinds: readonly FileFacts["kind"][];
    path(facts: HostFacts): string | undefined;
}

function fixed(id: string, path: string, kinds: Watched["kinds"], level: 1 | 2 = 2): Watched {
    return { id, level, what: path, kinds, path: () => path };
}

const anyKind = ["file", "directory", "socket", "other"] as const;

/** The watched paths, each with the check that asks for its rule. */
export const watched: readonly Watched[] = [
    fixed("1.1.3", "/usr/bin/dockerd", [], 1),
    fixed("1.1.4", "/run/containerd", [], 1),
    fixed("1.1.5", "/var/lib/docker", ["directory"]),
    fixed("1.1.6", "/etc/docker", ["directory"]),
    {
        id: "1.1.7",
        level: 2,
        what: "docker.service",
        kinds: ["file"],
        path: ({ units }) => units.service.path,
    },
    {
        id: "1.1.8",
        level: 2,
        what: "containerd.sock",
        kinds: anyKind,
        path: ({ units }) => units.containerdSocket.path,
    },
    {
        id: "1.1.9",
        level: 2,
        what: "docker.socket",
        kinds: anyKind,
        path: ({ units }) => units.socket.path,
    },
    fixed("1.1.10", "/etc/default/docker", ["file"]),
    fixed("1.1.11", "/etc/docker/daemon.json", ["file"]),
    fixed("1.1.12", "/etc/containerd/config.toml", ["file"]),
    fixed("1.1.13", "/etc/sysconfig/docker", ["file"]),
    fixed("1.1.14", "/usr/bin/containerd", ["file"]),
    fixed("1.1.15", "/usr/bin/containerd-shim", ["file"]),
    fixed("1.1.16", "/usr/bin/containerd-shim-runc-v1", ["file"]),
    fixed("1.1.17", "/usr/bin/containerd-shim-runc-v2", ["file"]),
    fixed("1.1.18", "/usr/bin/runc", ["file"]),
];

/** The paths that are the same on every host. */
export const auditedPaths: readonly string[] = watched
    .map(({ what }) => what)
    .filter((path) => path.startsWith("/"));

/** One spelling for all paths that mean the same file on a system with merged /usr and /run. */
function canonical(path: string): string {
    return path
        .replace(/\/+$/, "")
        .replace(/^\/(lib|bin|sbin)\//, "/usr/$1/")
        .replace(/^\/var\/run\//, "/run/");
}

/** The paths that a rule watches, by `-w PATH`, `-F path=` or `-F dir=`; a rule with `never` watches none. */
function watchedPaths(rule: string): string[] {
    return /-a\s+(never,|\S+,never)/.test(rule)
        ? []
        : [...rule.matchAll(/(?:^|\s)(?:-w\s+|-F\s+(?:path|dir)=)(\S+)/g)].map(([, path = ""]) =>
              canonical(path),
          );
}

/** Whether a path that is asked for is not there. */
export function isAbsent({ kinds }: Watched, facts: HostFacts, path: string): boolean {
    const kind = fileAt(facts, path)?.kind;
    return kinds.length > 0 && !kinds.some((one) => one === kind);
}

/** The reasons why a kernel has no rules. A kernel that was started with audit=0 can be started without it. */
const refusals = {
    container: {
        details: "The host is a container, and the kernel takes audit rules from no container.",
        limit: { hostLimit: "the host is a container, and the kernel takes audit rules from no container" },
    },
    unbuilt: {
        details: "The kernel is built without audit.",
        limit: { hostLimit: "the kernel is built without audit" },
    },
    off: { details: "The kernel was started with audit=0: take that out of its command line.", limit: {} },
} as const;

function judgeWatch(entry: Watched, facts: HostFacts): Outcome {
    const path = entry.path(facts);
    if (path === undefined || isAbsent(entry, facts, path)) {
        return info(`${entry.what} is not there.`);
    }
    const { hasAuditctl, isEnabled, rules, refusal } = facts.auditRules;
    const isWatched = rules.flatMap(watchedPaths).includes(canonical(path));
    if (refusal !== undefined && !isWatched) {
        return { ...warn(refusals[refusal].details, [path]), ...refusals[refusal].limit };
    }
    if (!hasAuditctl) {
        return warn("auditctl is not installed, so the kernel has no audit rules.", [path]);
    }
    if (!isEnabled) {
        return warn(
            "The kernel has its audit rules, but auditing is switched off (auditctl -e 1 switches it on).",
            [path],
        );
    }
    return isWatched
        ? pass
        : warn(`No audit rule in force watches it (${counted(rules.length, "rule")} in force).`, [path]);
}

function auditCheck(entry: Watched): Check<HostFacts> {
    return daemonCheck({
        id: entry.id,
        level: entry.level,
        scored: true,
        title: `Audit rule for ${entry.what}`,
        reads: "audit rules in force (auditctl -l)",
        setting: "portcullis:engine.auditRules",
        remediation:
            "Install auditd, put a line `-w FILE -k docker` for each file whose accesses are not recorded into a file of " +
            "/etc/audit/rules.d, and load the lines with `augenrules --load`.",
        judge: (facts) => judgeWatch(entry, facts),
    });
}

export const auditRuleChecks: readonly Check<HostFacts>[] = watched.map(auditCheck);

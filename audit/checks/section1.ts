/** Section 1: the host. */
import { counted } from "../../text/count";
import { type FileFacts, fileAt, type HostFacts } from "../facts";
import type { Check } from "../model";
import { check, type Definition, info, manual, pass, type Verdict, warn } from "./define";

/** What has to be audited: a path, and of what kind it is where the check asks. */
interface Watched {
    readonly id: string;
    readonly level: 1 | 2;
    readonly what: string;
    /** Only a path of one of these kinds is judged; empty: the check does not look whether it is there. */
    readonly kinds: readonly FileFacts["kind"][];
    path(facts: HostFacts): string | undefined;
    /** @default the same */
    benchPath?(facts: HostFacts): string | undefined;
}

function fixed(id: string, path: string, kinds: Watched["kinds"], level: 1 | 2 = 2): Watched {
    return { id, level, what: path, kinds, path: () => path };
}

const anyKind = ["file", "directory", "socket", "other"] as const;

const watched: readonly Watched[] = [
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
        benchPath: ({ units }) => units.service.dockerBenchPath,
    },
    {
        id: "1.1.8",
        level: 2,
        what: "containerd.sock",
        kinds: anyKind,
        path: ({ units }) => units.containerdSocket.path,
        benchPath: ({ units }) => units.containerdSocket.dockerBenchPath,
    },
    {
        id: "1.1.9",
        level: 2,
        what: "docker.socket",
        kinds: anyKind,
        path: ({ units }) => units.socket.path,
        benchPath: ({ units }) => units.socket.dockerBenchPath,
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

/** Paths that are the same on a system with merged /usr and /run. */
function canonical(path: string): string {
    return path
        .replace(/\/+$/, "")
        .replace(/^\/(lib|bin|sbin)\//, "/usr/$1/")
        .replace(/^\/var\/run\//, "/run/");
}

/** What a rule watches: `-w PATH`, or a system call rule with `-F path=` or `-F dir=`, unless it is an exception. */
function watchedPaths(rule: string): string[] {
    return /-a\s+(never,|\S+,never)/.test(rule)
        ? []
        : [...rule.matchAll(/(?:^|\s)(?:-w\s+|-F\s+(?:path|dir)=)(\S+)/g)].map(([, path = ""]) =>
              canonical(path),
          );
}

function absent({ kinds }: Watched, facts: HostFacts, path: string | undefined): boolean {
    const kind = fileAt(facts, path)?.kind;
    return path === undefined || (kinds.length > 0 && (kind === undefined || !kinds.includes(kind)));
}

function judgeWatch(entry: Watched, facts: HostFacts): Verdict {
    const path = entry.path(facts);
    if (path === undefined || absent(entry, facts, path)) {
        return info(`${entry.what} is not there.`);
    }
    const { hasAuditctl, isEnabled, rules } = facts.auditRules;
    if (!hasAuditctl) {
        return warn("auditctl is not installed, so the kernel has no audit rules.", [path]);
    }
    if (!isEnabled) {
        return warn(
            "The kernel has its audit rules, but auditing is switched off (auditctl -e 1 switches it on).",
            [path],
        );
    }
    return rules.flatMap(watchedPaths).includes(canonical(path))
        ? pass
        : warn(`No audit rule in force watches it (${counted(rules.length, "rule")} in force).`, [path]);
}

function benchWatch(entry: Watched, facts: HostFacts): Verdict["result"] {
    const path = (entry.benchPath ?? entry.path)(facts);
    if (path === undefined || absent(entry, facts, path)) {
        return "INFO";
    }
    const { hasAuditctl, rules, fileLines } = facts.auditRules;
    // Its pattern is the path as it stands, a dot being any character.
    const pattern = new RegExp(path);
    const lines = hasAuditctl ? rules : fileLines.filter((line) => /^[^#;]/.test(line));
    return lines.some((line) => pattern.test(line)) ? "PASS" : "WARN";
}

function auditCheck(entry: Watched): Check<HostFacts> {
    return check({
        id: entry.id,
        level: entry.level,
        scored: true,
        title: `The kernel records accesses to ${entry.what}`,
        reads: "audit rules in force (auditctl -l)",
        setting: "portcullis:engine.auditRules",
        remediation:
            "Install auditd, put a line `-w FILE -k docker` for each file whose accesses are not recorded into a file of " +
            "/etc/audit/rules.d, and load the lines with `augenrules --load`.",
        judge: (facts) => judgeWatch(entry, facts),
        dockerBench: (facts) => ({
            result: benchWatch(entry, facts),
            why: !facts.auditRules.isEnabled
                ? "It lists the rules, and does not see that auditing is switched off."
                : facts.auditRules.hasAuditctl
                  ? "It looks for the path as a piece of text, so that a rule for a longer path, or one that excludes it, counts too."
                  : "Without auditctl it reads /etc/audit/audit.rules, though nothing can have loaded these rules.",
        }),
    });
}

const partition: Definition = {
    id: "1.1.1",
    level: 1,
    scored: true,
    title: "Docker's data is on a file system of its own",
    reads: "docker info: DockerRootDir; mount points",
    remediation:
        "Mount a partition or logical volume on the data root (/var/lib/docker), so that images and logs cannot fill the host's root.",
    judge({ engine, mountPoints }) {
        const remapped = engine.securityOptions.some((option) => option.startsWith("name=userns"));
        // With user namespaces the engine works in a folder below the data root, named by the remapped ids.
        const root = remapped ? engine.rootDir.replace(/\/[^/]+\/?$/, "") : engine.rootDir;
        return mountPoints.includes(root) ? pass : warn(`${root} is no mount point.`, [root]);
    },
};

const trusted: Definition = {
    id: "1.1.2",
    level: 1,
    scored: true,
    title: "Only trusted users control the engine",
    reads: "group docker",
    remediation:
        "Take everyone out of the group docker who is not to be root on this host: gpasswd --delete USER docker. Name the others as trusted users.",
    judge({ dockerGroup, trustedUsers }) {
        const users = [...new Set([...dockerGroup.members, ...dockerGroup.primary])];
        if (trustedUsers === undefined || trustedUsers.length === 0) {
            return users.length === 0
                ? info("Nobody is in the group docker.")
                : info(
                      `${counted(users.length, "user is", "users are")} in the group docker, which gives root's rights.`,
                      users,
                  );
        }
        const doubtful = users.filter((user) => !trustedUsers.includes(user));
        return doubtful.length === 0
            ? pass
            : warn("Not named as trusted, and in the group docker.", doubtful);
    },
    dockerBench({ dockerGroup, trustedUsers }) {
        const all = (trustedUsers ?? []).join(",");
        const judged = dockerGroup.members.every((user) => all.includes(user)) ? "PASS" : "WARN";
        return {
            result: all === "" ? "INFO" : judged,
            why: "It takes a user as trusted whose name is part of a trusted one's, and does not see a primary group.",
        };
    },
};

/** The month before the host's date as `YY.MM.0`: Docker's versions were dates until 20.10. */
function dateVersion(seconds: number): string {
    const date = new Date((seconds - 30 * 24 * 3600) * 1000);
    const month = String(date.getUTCMonth() + 1).padStart(2, "0");
    return `${String(date.getUTCFullYear() % 100).padStart(2, "0")}.${month}.0`;
}

/** True when `a` is newer, part by part; a part that is no number is never newer, as in the shell's comparison. */
function isNewer(a: string, b: string): boolean {
    const [theirs, others] = [a.split("."), b.split(".")];
    for (let index = 0; index < Math.max(theirs.length, others.length); index++) {
        const [left = "0", right = "0"] = [theirs[index], others[index]];
        if (!/^[0-9]+$/.test(left) || !/^[0-9]+$/.test(right)) {
            return false;
        }
        if (Number(left) !== Number(right)) {
            return Number(left) > Number(right);
        }
    }
    return false;
}

const current: Definition = {
    id: "1.2.2",
    level: 1,
    scored: false,
    title: "The engine's version is maintained",
    reads: "docker info: ServerVersion",
    remediation:
        "Compare the version with the releases of whoever packages the engine for this host, and install their security updates.",
    judge: ({ engine }) => info(`Engine ${engine.version}; no list of releases was asked.`),
    dockerBench: ({ engine, time }) => ({
        result: isNewer(dateVersion(time), engine.version.replace(/[a-zA-Z,-]/g, "")) ? "INFO" : "PASS",
        why: "It compares the version with the date, as if versions were still years and months.",
    }),
};

/** All checks of the section, in order. */
export const section1: readonly Check<HostFacts>[] = [
    check(partition),
    check(trusted),
    ...watched.map(auditCheck),
    manual({
        id: "1.2.1",
        level: 1,
        result: "INFO",
        title: "The host itself is hardened",
        reads: "nothing: a person has to judge it",
        remediation:
            "Harden the host's system by a benchmark of its own: services, accounts, updates, kernel settings, time.",
    }),
    check(current),
];

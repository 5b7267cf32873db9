/** Privileges of containers: their users, capabilities, confinement. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, containerRemark, named } from "./container";
import { securityOption } from "./daemon";
import { gainsPrivileges, hasConfiningOption, seccompOf } from "./security-options";

/** Docker's own reading of a user: a number, or a name of the image's /etc/passwd. */
function isRoot(user: string): boolean {
    const [name = ""] = user.split(":");
    return name === "" || name === "root" || /^[+-]?0+$/.test(name);
}

/** Docker's default capabilities: to add one of them changes nothing. */
const defaultCapabilities = new Set([
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]);

/** Capabilities that a container adds to Docker's own set. */
export function capabilitiesBeyondDefault({ addedCapabilities }: ContainerFacts): string[] {
    return addedCapabilities
        .map((name) => name.toUpperCase().replace(/^CAP_/, ""))
        .filter((name) => !defaultCapabilities.has(name));
}

/** Whether a container leaves its AppArmor profile to the engine. */
function hasNoChoice({ appArmorProfile, securityOptions }: ContainerFacts): boolean {
    return appArmorProfile === "" && !securityOptions.some((option) => /^apparmor[=:]/.test(option));
}

export const containerPrivilegeChecks: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "4.1",
        level: 1,
        title: "User that containers run as",
        reads: "docker inspect: Config.User",
        remediation:
            "Give the image a USER, or the container `--user UID:GID`; root inside is root on what it reaches.",
        verdict: "WARN",
        finding: "Run as root",
        find: named(({ user }) => isRoot(user)),
    }),
    containerCheck({
        id: "5.2",
        level: 1,
        title: "AppArmor profiles of containers",
        reads: "docker inspect: AppArmorProfile",
        remediation: "Switch AppArmor on in the host's kernel, and take apparmor=unconfined out.",
        verdict: "WARN",
        finding: "Without an AppArmor profile",
        find: named(({ appArmorProfile }) => ["", "unconfined"].includes(appArmorProfile)),
        hostLimit: (found, { engine }) =>
            found.every(hasNoChoice) && securityOption(engine.securityOptions, "apparmor") === undefined
                ? "the kernel has no AppArmor: seccomp, capabilities and user namespaces confine the containers"
                : undefined,
    }),
    containerCheck({
        id: "5.3",
        level: 2,
        title: "Security options of containers (SELinux and others)",
        reads: "docker inspect: HostConfig.SecurityOpt; docker info: SecurityOptions",
        remediation: "Set options that confine: --security-opt no-new-privileges:true, or an SELinux label.",
        verdict: "WARN",
        finding: "Without an option that confines",
        find: named((container, facts) => !hasConfiningOption(container, facts)),
    }),
    containerCheck({
        id: "5.4",
        level: 1,
        title: "Capabilities of containers beyond Docker's own set",
        reads: "docker inspect: HostConfig.CapAdd, Privileged",
        remediation:
            "Drop all capabilities, and add back those that the program needs: --cap-drop ALL --cap-add NAME.",
        verdict: "WARN",
        finding: "With added capabilities",
        find: (container) => [
            ...(container.privileged ? [`${container.name}:ALL (privileged)`] : []),
            ...capabilitiesBeyondDefault(container).map((capability) => `${container.name}:${capability}`),
        ],
    }),
    containerCheck({
        id: "5.5",
        level: 1,
        title: "Privileged mode of containers",
        reads: "docker inspect: HostConfig.Privileged",
        remediation: "Run it without --privileged; name the capabilities and devices that it needs.",
        verdict: "WARN",
        finding: "Privileged",
        find: named(({ privileged }) => privileged),
    }),
    containerCheck({
        id: "5.7",
        level: 1,
        title: "SSH servers in containers",
        reads: "processes of the host",
        remediation: "Take sshd out of the image; use docker exec on the host.",
        verdict: "WARN",
        finding: "With an sshd",
        find: named(({ sshd }) => sshd !== undefined),
    }),
    containerCheck({
        id: "5.22",
        level: 1,
        title: "Seccomp profiles of containers",
        reads: "docker inspect: HostConfig.SecurityOpt, Privileged; docker info: SecurityOptions; the engine's profile",
        remediation:
            "Take seccomp=unconfined and --privileged out; a profile of its own denies what it does not name (defaultAction SCMP_ACT_ERRNO).",
        verdict: "WARN",
        finding: "Without a seccomp profile that holds back anything",
        find: named((container, facts) => seccompOf(container, facts) === "open"),
        unclear: {
            finding: "What their seccomp profile holds back is not known",
            find: named((container, facts) => seccompOf(container, facts) === "unknown"),
        },
    }),
    containerRemark({
        id: "5.23",
        level: 2,
        result: "NOTE",
        title: "Use of docker exec with --privileged",
        reads: "nothing: a person has to judge it",
        remediation: "Look for it in the audit log: ausearch -k docker.",
    }),
    containerRemark({
        id: "5.24",
        level: 2,
        result: "NOTE",
        title: "Use of docker exec with --user root",
        reads: "nothing: a person has to judge it",
        remediation: "Look for it in the audit log: ausearch -k docker.",
    }),
    containerCheck({
        id: "5.26",
        level: 1,
        title: "No-new-privileges of containers",
        reads: "docker inspect: HostConfig.SecurityOpt; daemon.json and arguments: no-new-privileges",
        remediation:
            'Run it with --security-opt no-new-privileges:true, or set "no-new-privileges": true in daemon.json.',
        setting: "portcullis:engine",
        verdict: "WARN",
        finding: "Without no-new-privileges",
        find: named((container, facts) => gainsPrivileges(container, facts) === true),
        unclear: {
            finding: "They leave it to the engine, whose settings are not known",
            find: named((container, facts) => gainsPrivileges(container, facts) === "unknown"),
        },
    }),
];

/** Section 5: running containers. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, containerRemark, named } from "./container";
import { check, pass, warn } from "./define";
import { section5Limits } from "./section5-limits";
import { section5Mounts } from "./section5-mounts";
import { section5Namespaces } from "./section5-namespaces";
import { benchNoNewPrivileges, seccompProfile } from "./section2-more";
import { isOn } from "./daemon";

/** Docker's own set: these add nothing. */
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

function capabilitiesBeyondDefault({ addedCapabilities }: ContainerFacts): string[] {
    return addedCapabilities
        .map((name) => name.toUpperCase().replace(/^CAP_/, ""))
        .filter((name) => !defaultCapabilities.has(name));
}

/** A security option that takes a protection away. */
function isLoosening(option: string): boolean {
    return /(?:^|[=:])(?:unconfined|disable|false)$/.test(option);
}

function hasNoSeccomp({ privileged, securityOptions }: ContainerFacts, { engine }: HostFacts): boolean {
    const own = securityOptions.filter((option) => /^seccomp[=:]/.test(option)).at(-1);
    const profile = own?.replace(/^seccomp[=:]/, "") ?? seccompProfile(engine.securityOptions);
    return privileged || profile === undefined || profile === "unconfined";
}

/** What a container says about no-new-privileges; undefined: nothing. */
function ownNoNewPrivileges({ securityOptions }: ContainerFacts): boolean | undefined {
    const own = securityOptions.filter((option) => option.startsWith("no-new-privileges")).at(-1);
    return own === undefined ? undefined : !isLoosening(own);
}

/** All checks of the section, in order. */
export const section5: readonly Check<HostFacts>[] = [
    check({
        id: "5.1",
        level: 1,
        scored: true,
        title: "Swarm mode is off where it is not needed",
        reads: "docker info: Swarm",
        remediation: "docker swarm leave, where the host needs no swarm.",
        judge: ({ swarm }) => (swarm.state === "inactive" ? pass : warn(`Swarm mode is ${swarm.state}.`)),
    }),
    containerCheck({
        id: "5.2",
        level: 1,
        title: "Containers have an AppArmor profile, where the kernel has AppArmor",
        reads: "docker inspect: AppArmorProfile",
        remediation: "Switch AppArmor on in the host's kernel, and take apparmor=unconfined out.",
        verdict: "WARN",
        finding: "Without an AppArmor profile",
        find: named(({ appArmorProfile }) => ["", "unconfined"].includes(appArmorProfile)),
    }),
    containerCheck({
        id: "5.3",
        level: 2,
        title: "Containers have security options (SELinux and others)",
        reads: "docker inspect: HostConfig.SecurityOpt",
        remediation: "Set options that confine: --security-opt no-new-privileges:true, or an SELinux label.",
        verdict: "WARN",
        finding: "Without an option that confines",
        find: named(({ securityOptions }) => securityOptions.every(isLoosening)),
        bench: {
            find: named(({ securityOptions }) => securityOptions.length === 0),
            why: "It counts every option, those that take a protection away (unconfined, label=disable) too.",
        },
    }),
    containerCheck({
        id: "5.4",
        level: 1,
        title: "Containers have no capabilities beyond Docker's own set",
        reads: "docker inspect: HostConfig.CapAdd, Privileged",
        remediation:
            "Drop all capabilities, and add back those that the program needs: --cap-drop ALL --cap-add NAME.",
        verdict: "WARN",
        finding: "With added capabilities",
        find: (container) => [
            ...(container.privileged ? [`${container.name}:ALL (privileged)`] : []),
            ...capabilitiesBeyondDefault(container).map((capability) => `${container.name}:${capability}`),
        ],
        bench: {
            find: named((container) => capabilitiesBeyondDefault(container).length > 0),
            why: "It does not count privileged containers, which have all capabilities.",
        },
    }),
    containerCheck({
        id: "5.5",
        level: 1,
        title: "No container is privileged",
        reads: "docker inspect: HostConfig.Privileged",
        remediation: "Run it without --privileged; name the capabilities and devices that it needs.",
        verdict: "WARN",
        finding: "Privileged",
        find: named(({ privileged }) => privileged),
    }),
    ...section5Mounts.host,
    containerCheck({
        id: "5.7",
        level: 1,
        title: "No sshd runs in a container",
        reads: "processes of the host",
        remediation: "Take sshd out of the image; use docker exec on the host.",
        verdict: "WARN",
        finding: "With an sshd",
        find: named(({ sshd }) => sshd !== undefined),
        bench: {
            find: named(
                ({ sshd, pidMode }, { hasSshd }) => sshd?.visible === true || (pidMode === "host" && hasSshd),
            ),
            why: "It asks the container's own ps: a container without one passes, and one that shares the host's processes has the host's sshd.",
        },
    }),
    ...section5Namespaces.ports,
    ...section5Limits.resources,
    ...section5Namespaces.addresses,
    ...section5Limits.restarts,
    ...section5Namespaces.shared,
    ...section5Limits.devices,
    ...section5Mounts.propagation,
    ...section5Namespaces.uts,
    containerCheck({
        id: "5.22",
        level: 1,
        title: "Containers have a seccomp profile",
        reads: "docker inspect: HostConfig.SecurityOpt, Privileged; docker info: SecurityOptions",
        remediation:
            "Take seccomp=unconfined and --privileged out; give the container a profile of its own if it needs one.",
        verdict: "WARN",
        finding: "Without a seccomp profile",
        find: named(hasNoSeccomp),
        bench: {
            find: named(({ securityOptions }) =>
                securityOptions.some((option) => /seccomp[:=]unconfined/.test(option)),
            ),
            why: "It does not count privileged containers, nor a profile that is switched off for the whole engine.",
        },
    }),
    containerRemark({
        id: "5.23",
        level: 2,
        result: "NOTE",
        title: "docker exec is not used with --privileged",
        reads: "nothing: a person has to judge it",
        remediation: "Look for it in the audit log: ausearch -k docker.",
    }),
    containerRemark({
        id: "5.24",
        level: 2,
        result: "NOTE",
        title: "docker exec is not used with --user root",
        reads: "nothing: a person has to judge it",
        remediation: "Look for it in the audit log: ausearch -k docker.",
    }),
    ...section5Limits.cgroups,
    containerCheck({
        id: "5.26",
        level: 1,
        title: "Containers cannot gain privileges",
        reads: "docker inspect: HostConfig.SecurityOpt; daemon.json and arguments: no-new-privileges",
        remediation:
            'Run it with --security-opt no-new-privileges:true, or set "no-new-privileges": true in daemon.json.',
        setting: "portcullis:engine",
        verdict: "WARN",
        finding: "Without no-new-privileges",
        find: named(
            (container, { daemon }) =>
                !(ownNoNewPrivileges(container) ?? isOn(daemon, "no-new-privileges", false)),
        ),
        bench: {
            find: named(
                ({ securityOptions }, { daemon }) =>
                    !benchNoNewPrivileges(daemon) &&
                    !securityOptions.some((option) => option.includes("no-new-privileges")),
            ),
            why: "It takes no-new-privileges:false for on, and looks at no container where the daemon has it.",
        },
    }),
    containerCheck({
        id: "5.27",
        level: 1,
        title: "Containers' health is checked",
        reads: "docker inspect: State.Health",
        remediation: "Give the image a HEALTHCHECK, or the container --health-cmd.",
        verdict: "WARN",
        finding: "Without a health check",
        find: named(({ hasHealthCheck }) => !hasHealthCheck),
    }),
    containerRemark({
        id: "5.28",
        level: 1,
        result: "INFO",
        title: "Containers are started from the version of the image that is meant",
        reads: "nothing: a person has to judge it",
        remediation: "Name images by digest, and deploy a new digest when there is an update.",
    }),
    ...section5Limits.pids,
    ...section5Namespaces.bridge,
    ...section5Namespaces.user,
    ...section5Mounts.socket,
];

/** Section 5: limits of containers, their restarts, devices and cgroups. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";

/** The weight that a container has where none is given. */
const defaultShares = 1024;
/** Restarts after a failure that the benchmark allows. */
const mostRetries = 5;

function restartsForEver({ restart: { policy, maximumRetries } }: ContainerFacts): boolean {
    switch (policy) {
        case "":
        case "no":
            return false;
        case "on-failure":
            return maximumRetries === 0 || maximumRetries > mostRetries;
        default:
            return true;
    }
}

const resources: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.11",
        level: 1,
        title: "Containers' memory is limited",
        reads: "docker inspect: HostConfig.Memory",
        remediation: "Set --memory, and --memory-swap to the same.",
        verdict: "WARN",
        finding: "Without a memory limit",
        find: named(({ memory }) => memory === 0),
    }),
    containerCheck({
        id: "5.12",
        level: 1,
        title: "Containers' CPU time is limited or weighted",
        reads: "docker inspect: HostConfig.CpuShares, NanoCpus, CpuQuota",
        remediation: "Set --cpus, or a weight with --cpu-shares.",
        verdict: "WARN",
        finding: "Without a CPU limit or weight",
        find: named(
            ({ cpuShares, nanoCpus, cpuQuota }) =>
                [0, defaultShares].includes(cpuShares) && nanoCpus === 0 && cpuQuota <= 0,
        ),
        bench: {
            find: named(({ cpuShares, nanoCpus }) => cpuShares === 0 && nanoCpus === 0),
            why: "It takes the default weight of 1024 for one that was chosen, and does not see --cpu-quota.",
        },
    }),
    containerCheck({
        id: "5.13",
        level: 1,
        title: "Containers' root file system is read-only",
        reads: "docker inspect: HostConfig.ReadonlyRootfs",
        remediation: "Set --read-only; give what has to be written a volume or a tmpfs.",
        verdict: "WARN",
        finding: "With a writable root file system",
        find: named(({ readOnlyRoot }) => !readOnlyRoot),
    }),
];

const restarts: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.15",
        level: 1,
        title: "A container that fails is restarted five times at most",
        reads: "docker inspect: HostConfig.RestartPolicy",
        remediation:
            "Set --restart on-failure:5; where a service must come back after a reboot of the host, say so in an exception.",
        verdict: "WARN",
        finding: "Restarted without an end",
        find: (container) =>
            restartsForEver(container) ? [`${container.name}:${container.restart.policy}`] : [],
        bench: {
            find: named(({ restart }) => restart.maximumRetries > mostRetries),
            why: "It looks at the number of retries only, which is 0 for `always`, `unless-stopped` and an on-failure without an end.",
        },
    }),
];

const devices: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.18",
        level: 1,
        title: "Containers see no devices of the host",
        reads: "docker inspect: HostConfig.Devices",
        remediation: "Take --device out, or give it the rights that are needed only (r, w, m).",
        verdict: "INFO",
        finding: "With devices of the host",
        find: named(({ deviceCount }) => deviceCount > 0),
    }),
    containerCheck({
        id: "5.19",
        level: 1,
        title: "Containers have limits of their own where the default is not right (ulimit)",
        reads: "docker inspect: HostConfig.Ulimits",
        remediation: "Set --ulimit where the engine's default-ulimits do not fit.",
        verdict: "INFO",
        finding: "With the engine's default limits",
        find: named(({ ulimitCount }) => ulimitCount === 0),
    }),
];

const cgroups: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.25",
        level: 1,
        title: "Containers are in the engine's default cgroup",
        reads: "docker inspect: HostConfig.CgroupParent",
        remediation: "Take --cgroup-parent out, or confirm that the group is meant.",
        verdict: "WARN",
        finding: "In another cgroup",
        find: named(({ cgroupParent }) => cgroupParent !== ""),
    }),
];

const pids: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.29",
        level: 1,
        title: "Containers' number of processes is limited",
        reads: "docker inspect: HostConfig.PidsLimit",
        remediation: "Set --pids-limit.",
        verdict: "WARN",
        finding: "Without a limit of processes",
        find: named(({ pidsLimit }) => pidsLimit === undefined || pidsLimit <= 0),
    }),
];

/** The checks of limits. */
export const section5Limits = { resources, restarts, devices, cgroups, pids };

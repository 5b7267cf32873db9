/** Limits of containers: memory, CPU, processes and restarts. */
import type { ContainerFacts, HostFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, containerRemark, named } from "./container";

/** The CPU weight of a container that sets none. */
const defaultShares = 1024;
/** Restarts after a failure that the benchmark allows. */
export const mostRetries = 5;

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

export const containerLimitChecks: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.11",
        level: 1,
        title: "Memory limits of containers",
        reads: "docker inspect: HostConfig.Memory",
        remediation: "Set --memory, and --memory-swap to the same.",
        verdict: "WARN",
        finding: "Without a memory limit",
        find: named(({ memory }) => memory === 0),
    }),
    containerCheck({
        id: "5.12",
        level: 1,
        title: "CPU limits or weights of containers",
        reads: "docker inspect: HostConfig.CpuShares, NanoCpus, CpuQuota",
        remediation: "Set --cpus, or a weight with --cpu-shares.",
        verdict: "WARN",
        finding: "Without a CPU limit or weight",
        find: named(
            ({ cpuShares, nanoCpus, cpuQuota }) =>
                [0, defaultShares].includes(cpuShares) && nanoCpus === 0 && cpuQuota <= 0,
        ),
    }),
    containerCheck({
        id: "5.15",
        level: 1,
        title: "Restarts of containers that fail (should be five at most)",
        reads: "docker inspect: HostConfig.RestartPolicy",
        remediation:
            "Set --restart on-failure:5; where a service must come back after a reboot of the host, say so in an exception.",
        verdict: "WARN",
        finding: "Restarted without an end",
        find: (container) =>
            restartsForEver(container) ? [`${container.name}:${container.restart.policy}`] : [],
    }),
    containerCheck({
        id: "5.19",
        level: 1,
        title: "Limits of single containers (ulimit)",
        reads: "docker inspect: HostConfig.Ulimits",
        remediation: "Set --ulimit where the engine's default-ulimits do not fit.",
        verdict: "INFO",
        finding: "With the engine's default limits",
        find: named(({ ulimitCount }) => ulimitCount === 0),
    }),
    containerCheck({
        id: "5.25",
        level: 1,
        title: "Cgroups of containers (should be the engine's default)",
        reads: "docker inspect: HostConfig.CgroupParent",
        remediation: "Take --cgroup-parent out, or confirm that the group is meant.",
        verdict: "WARN",
        finding: "In another cgroup",
        find: named(({ cgroupParent }) => cgroupParent !== ""),
    }),
    containerCheck({
        id: "5.27",
        level: 1,
        title: "Health checks of containers",
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
        title: "Versions of containers' images",
        reads: "nothing: a person has to judge it",
        remediation: "Name images by digest, and deploy a new digest when there is an update.",
    }),
    containerCheck({
        id: "5.29",
        level: 1,
        title: "Process limits of containers",
        reads: "docker inspect: HostConfig.PidsLimit",
        remediation: "Set --pids-limit.",
        verdict: "WARN",
        finding: "Without a limit of processes",
        find: named(({ pidsLimit }) => pidsLimit === undefined || pidsLimit <= 0),
    }),
];

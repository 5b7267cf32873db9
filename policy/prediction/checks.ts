/** The checks whose verdict follows from a plan alone. */
import { checks } from "../../audit/checks";
import type { HostFacts } from "../../audit/facts";
import type { Check } from "../../audit/model";

/** Checks of the engine's settings; 2.1 is for a person, and the others need the host. */
const engineIds = new Set(
    "2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 2.15 2.16 2.17 2.18".split(" "),
);

/** The inputs of docker.Container that each check of a container reads. */
const containerInputs: Readonly<Record<string, readonly string[]>> = {
    "4.1": ["user"],
    "5.2": ["apparmor", "securityOpts"],
    "5.3": ["securityOpts"],
    "5.4": ["capabilities", "privileged"],
    "5.5": ["privileged"],
    "5.6": ["mounts", "volumes"],
    "5.8": ["ports", "publishAllPorts"],
    "5.9": ["ports", "publishAllPorts"],
    "5.10": ["networkMode"],
    "5.11": ["memory"],
    "5.12": ["cpus", "cpuShares", "cpuQuota"],
    "5.13": ["readOnly"],
    "5.14": ["ports", "publishAllPorts"],
    "5.15": ["restart", "maxRetryCount"],
    "5.16": ["pidMode"],
    "5.17": ["ipcMode"],
    "5.18": ["devices"],
    "5.19": ["ulimits"],
    "5.20": ["mounts", "volumes"],
    "5.22": ["securityOpts", "privileged"],
    "5.25": ["cgroupParent"],
    "5.26": ["securityOpts"],
    "5.27": ["healthcheck"],
    "5.29": [],
    "5.30": ["networkMode", "networksAdvanced"],
    "5.31": ["usernsMode"],
    "5.32": ["mounts", "volumes"],
};

/** A check of a container, with the inputs that it reads. */
export interface ContainerCheck {
    readonly check: Check<HostFacts>;
    readonly inputs: readonly string[];
}

/** Checks that an engine's daemon.json decides. */
export const engineChecks: readonly Check<HostFacts>[] = checks.filter(({ id }) => engineIds.has(id));

/** Checks that a container's inputs decide. */
export const containerChecks: readonly ContainerCheck[] = checks.flatMap((check) => {
    const inputs = containerInputs[check.id];
    return inputs === undefined ? [] : [{ check, inputs }];
});

/** Networks and published ports of containers. */
import type { ContainerFacts, HostFacts, NetworkFacts, PortFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";

/** Ports below this one are for root only. */
export const firstUnprivilegedPort = 1024;

function shownPort({ name }: ContainerFacts, { port }: PortFacts): string {
    return `${name}:${port}`;
}

function isWildcard({ address }: PortFacts): boolean {
    return ["", "0.0.0.0", "::"].includes(address);
}

function isDefaultBridge({ options }: NetworkFacts): boolean {
    return options["com.docker.network.bridge.default_bridge"] === "true";
}

/** Whether a container is in a network for which `which` is true. */
export function isIn(
    { networks }: ContainerFacts,
    facts: HostFacts,
    which: (network: NetworkFacts) => boolean,
): boolean {
    return facts.networks.filter(which).some(({ id }) => networks.includes(id));
}

export const containerNetworkChecks: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.8",
        level: 1,
        title: "Published ports below 1024",
        reads: "docker inspect: NetworkSettings.Ports",
        remediation: "Publish it on a port from 1024 on; let a proxy or the firewall lead to it.",
        verdict: "WARN",
        finding: "On a port below 1024",
        find: (container) =>
            container.ports
                .filter(({ port }) => port < firstUnprivilegedPort)
                .map((port) => shownPort(container, port)),
    }),
    containerCheck({
        id: "5.9",
        level: 1,
        title: "Ports that are published",
        reads: "docker inspect: NetworkSettings.Ports",
        remediation: "Take the others out; containers of one network reach each other without publishing.",
        verdict: "WARN",
        finding: "With published ports: confirm that they are needed",
        find: (container) => container.ports.map((port) => shownPort(container, port)),
    }),
    containerCheck({
        id: "5.10",
        level: 1,
        title: "Network namespace of containers (should not be the host's)",
        reads: "docker inspect: HostConfig.NetworkMode",
        remediation: "Take --network host out; publish the ports that are needed.",
        verdict: "WARN",
        finding: "With the host's network",
        find: named(({ networkMode }) => networkMode === "host"),
    }),
    containerCheck({
        id: "5.14",
        level: 1,
        title: "Addresses of published ports",
        reads: "docker inspect: NetworkSettings.Ports",
        remediation: "Name the address: --publish ADDRESS:PORT:PORT.",
        verdict: "WARN",
        finding: "On all addresses of the host",
        find: (container) =>
            container.ports
                .filter(isWildcard)
                .map(({ address, port }) => `${container.name}:${address}:${port}`),
    }),
    containerCheck({
        id: "5.30",
        level: 2,
        title: "Use of the default bridge network",
        reads: "docker inspect: NetworkSettings.Networks; docker network ls",
        remediation: "Give the containers a network of their own (--network NAME).",
        verdict: "INFO",
        finding: "In the default bridge network",
        find: named((container, facts) => isIn(container, facts, isDefaultBridge)),
    }),
];

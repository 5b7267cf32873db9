/** Section 5: namespaces that containers share with the host, networks and published ports. */
import type { ContainerFacts, HostFacts, NetworkFacts, PortFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";

/** Ports below this one are for root only. */
const firstUnprivilegedPort = 1024;

function shownPort({ name }: ContainerFacts, { port }: PortFacts): string {
    return `${name}:${port}`;
}

/** What Docker Bench takes for the port: the second piece of `80/tcp -> ADDRESS:PORT` between colons. */
function benchPort({ address, port }: PortFacts): string {
    const shown = address.includes(":") ? `[${address}]` : address;
    return `${shown}:${port}`.split(":")[1] ?? "";
}

const addressWhy = "It does not read the ports that are published on an IPv6 address";

const ports: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.8",
        level: 1,
        title: "No privileged port of the host is published",
        reads: "docker inspect: NetworkSettings.Ports",
        remediation: "Publish it on a port from 1024 on; let a proxy or the firewall lead to it.",
        verdict: "WARN",
        finding: "On a port below 1024",
        find: (container) =>
            container.ports
                .filter(({ port }) => port < firstUnprivilegedPort)
                .map((port) => shownPort(container, port)),
        bench: {
            find: named(({ ports: published }) =>
                published
                    .map(benchPort)
                    .some((port) => /^[0-9]+$/.test(port) && Number(port) <= firstUnprivilegedPort),
            ),
            why: `It counts port 1024, which is not privileged. ${addressWhy}.`,
        },
    }),
    containerCheck({
        id: "5.9",
        level: 1,
        title: "Only the ports that are needed are published",
        reads: "docker inspect: NetworkSettings.Ports",
        remediation: "Take the others out; containers of one network reach each other without publishing.",
        verdict: "WARN",
        finding: "With published ports: confirm that they are needed",
        find: (container) => container.ports.map((port) => shownPort(container, port)),
        bench: {
            find: named(({ ports: published }) => published.some((port) => benchPort(port) !== "")),
            why: `${addressWhy}.`,
        },
    }),
    containerCheck({
        id: "5.10",
        level: 1,
        title: "No container uses the host's network",
        reads: "docker inspect: HostConfig.NetworkMode",
        remediation: "Take --network host out; publish the ports that are needed.",
        verdict: "WARN",
        finding: "With the host's network",
        find: named(({ networkMode }) => networkMode === "host"),
    }),
];

function isWildcard({ address }: PortFacts): boolean {
    return ["", "0.0.0.0", "::"].includes(address);
}

const addresses: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.14",
        level: 1,
        title: "Ports are published on one address of the host",
        reads: "docker inspect: NetworkSettings.Ports",
        remediation: "Name the address: --publish ADDRESS:PORT:PORT.",
        verdict: "WARN",
        finding: "On all addresses of the host",
        find: (container) =>
            container.ports
                .filter(isWildcard)
                .map(({ address, port }) => `${container.name}:${address}:${port}`),
        bench: {
            find: named(({ ports: published }) => published.some(({ address }) => address === "0.0.0.0")),
            why: "It knows 0.0.0.0, and not the same of IPv6 (::).",
        },
    }),
];

const shared: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.16",
        level: 1,
        title: "No container shares the host's process namespace",
        reads: "docker inspect: HostConfig.PidMode",
        remediation: "Take --pid host out.",
        verdict: "WARN",
        finding: "With the host's processes",
        find: named(({ pidMode }) => pidMode === "host"),
    }),
    containerCheck({
        id: "5.17",
        level: 1,
        title: "No container shares the host's IPC namespace",
        reads: "docker inspect: HostConfig.IpcMode",
        remediation: "Take --ipc host out; containers that share memory can share one container's.",
        verdict: "WARN",
        finding: "With the host's IPC",
        find: named(({ ipcMode }) => ipcMode === "host"),
    }),
];

const uts: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.21",
        level: 1,
        title: "No container shares the host's UTS namespace",
        reads: "docker inspect: HostConfig.UTSMode",
        remediation: "Take --uts host out.",
        verdict: "WARN",
        finding: "With the host's name",
        find: named(({ utsMode }) => utsMode === "host"),
    }),
];

function isDefaultBridge({ options }: NetworkFacts): boolean {
    return options["com.docker.network.bridge.default_bridge"] === "true";
}

function isIn(
    { networks }: ContainerFacts,
    facts: HostFacts,
    which: (network: NetworkFacts) => boolean,
): boolean {
    return facts.networks.filter(which).some(({ id }) => networks.includes(id));
}

const bridge: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.30",
        level: 2,
        title: "No container is in the default bridge network",
        reads: "docker inspect: NetworkSettings.Networks; docker network ls",
        remediation: "Give the containers a network of their own: docker network create.",
        verdict: "INFO",
        finding: "In the default bridge network",
        find: named((container, facts) => isIn(container, facts, isDefaultBridge)),
        bench: {
            find: named((container, facts) =>
                isIn(container, facts, ({ options }) =>
                    (options["com.docker.network.bridge.name"] ?? "").startsWith("docker0"),
                ),
            ),
            why: "It knows the default bridge by the name docker0 only.",
            seesAll: true,
        },
    }),
];

const user: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.31",
        level: 1,
        title: "No container shares the host's user namespace",
        reads: "docker inspect: HostConfig.UsernsMode",
        remediation: "Take --userns host out.",
        verdict: "WARN",
        finding: "With the host's user namespace",
        find: named(({ userNamespaceMode }) => userNamespaceMode === "host"),
    }),
];

/** The checks of ports, networks and namespaces. */
export const section5Namespaces = { ports, addresses, shared, uts, bridge, user };

/** The addresses at which clients reach the engine over TCP: those of the settings, and sockets that are really open. */
import type { HostFacts } from "../facts";
import { isOn, listenAddresses, setting } from "./daemon";

/** Addresses of TCP at which the engine is reached, or may be. */
interface TcpClients {
    /** Addresses that the settings or systemd give the engine. */
    readonly open: readonly string[];
    /** Addresses that may lead to the engine's API, or to something else. */
    readonly unclear: readonly string[];
}

/** Ports that Docker's clients use by custom: the first without TLS, the second with TLS. */
const customPorts = ["2375", "2376"] as const;

/** Ports of a swarm's node. The engine's own process holds these ports. */
const swarmPorts = ["2377", "7946"];

function portOf(address: string): string | undefined {
    return /:([0-9]+)(?:\/.*)?$/.exec(address)?.[1];
}

/**
 * The addresses of TCP that the settings give. An engine that is told no address waits on its socket, or with TLS on port
 * 2376 of this host.
 */
function configured({ daemon }: HostFacts): string[] {
    const hasTls = isOn(daemon, "tls", false) || isOn(daemon, "tlsverify", false);
    const listed = listenAddresses(daemon);
    return (listed.length === 0 ? [""] : listed)
        .map((address) => (address === "" && hasTls ? "tcp://localhost:2376" : address))
        .filter((address) => address !== "" && !/^(?:unix|fd|npipe):\/\//.test(address));
}

/** Sorts the addresses of TCP by whether clients reach the engine there. */
export function tcpClients(facts: HostFacts): TcpClients {
    const listed = configured(facts);
    const sockets = (facts.daemon.listening ?? []).filter(({ address }) => address.startsWith("tcp://"));
    const listedPorts = listed.flatMap((address) => portOf(address) ?? customPorts);
    const rest = sockets.filter(({ address }) => !listedPorts.includes(portOf(address) ?? ""));
    const metrics = portOf(setting(facts.daemon, "metrics-addr") ?? "");
    const explained = [
        ...facts.containers.flatMap(({ ports }) => ports.map(({ port }) => String(port))),
        ...(metrics === undefined ? [] : [metrics]),
        ...(facts.swarm.state === "inactive" ? [] : swarmPorts),
    ];
    // The engine's own process also holds published ports. At the custom ports that process serves nothing but the API.
    const isOpen = ({ address, heldBy }: (typeof rest)[number]): boolean =>
        heldBy === "systemd" ||
        (heldBy === "engine" &&
            !explained.includes(portOf(address) ?? "") &&
            customPorts.some((port) => port === portOf(address)));
    return {
        open: [...listed, ...rest.filter(isOpen).map(({ address }) => address)],
        unclear: rest
            .filter((socket) => !isOpen(socket) && !explained.includes(portOf(socket.address) ?? ""))
            .map(({ address }) => address),
    };
}

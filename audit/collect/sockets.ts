/** Sockets on which something waits for clients, as the script on the host prints them. */
import type { ListeningSocket } from "../facts";

/**
 * The sockets, each of them once.
 * @param lines `HOLDER tcp|unix ADDRESS`, with an address of TCP as in /proc/net/tcp
 * @param ofUnits the addresses of the units that start the engine, as systemd prints them: `[::]:2375 (Stream)`
 */
export function listeningSockets(lines: readonly string[], ofUnits: readonly string[]): ListeningSocket[] {
    const found = new Map<string, ListeningSocket>();
    for (const socket of [...lines.flatMap(ofProcess), ...ofUnits.flatMap(ofUnit)]) {
        const known = found.get(socket.address);
        if (known === undefined || known.heldBy === "other") {
            found.set(socket.address, socket);
        }
    }
    return [...found.values()];
}

function ofProcess(line: string): ListeningSocket[] {
    const [, who, protocol, where = ""] = /^(engine|systemd|other) (tcp|unix) (.+)$/.exec(line) ?? [];
    const address = protocol === "tcp" ? tcpAddress(where) : `unix://${where}`;
    if (who === undefined || address === undefined) {
        return [];
    }
    return [{ address, heldBy: who === "engine" || who === "systemd" ? who : "other" }];
}

function ofUnit(line: string): ListeningSocket[] {
    const [, where = ""] = /^(.+) \(Stream\)$/.exec(line) ?? [];
    if (where.startsWith("/")) {
        return [{ address: `unix://${where}`, heldBy: "systemd" }];
    }
    return /:[0-9]+$/.test(where) ? [{ address: `tcp://${where}`, heldBy: "systemd" }] : [];
}

/** `0100007F:0947` is 127.0.0.1:2375: each group of four bytes is a number, and the host is taken for little-endian. */
function tcpAddress(text: string): string | undefined {
    const [, address = "", port = ""] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text) ?? [];
    if (address === "") {
        return undefined;
    }
    const words = address.match(/.{8}/g) ?? [];
    const bytes = words.flatMap((word) => [...Buffer.from(word, "hex")].reverse());
    return `tcp://${bytes.length === 4 ? bytes.join(".") : `[${ipv6(bytes)}]`}:${parseInt(port, 16)}`;
}

/** An IPv6 address in its longest form; the address that stands for all addresses is `::`. */
function ipv6(bytes: readonly number[]): string {
    if (bytes.every((byte) => byte === 0)) {
        return "::";
    }
    const groups = Array.from({ length: 8 }, (_, index) =>
        ((bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0)).toString(16),
    );
    return groups.join(":");
}

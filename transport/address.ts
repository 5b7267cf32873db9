/** Addresses of engines, as Docker's own clients take them. */

import { quote } from "shell-quote";
import { TransportError } from "./error";

/** An engine's address, taken apart. */
export type Host =
    | { kind: "unix"; path: string }
    | { kind: "tcp"; host: string; port: number }
    | {
          kind: "ssh";
          host: string;
          user: string | undefined;
          port: number | undefined;
          socket: string | undefined;
      };

/** The default address of an engine on the same machine. */
export const defaultHost = "unix:///var/run/docker.sock";

const transports = "unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST:PORT";

/** Takes an address apart. @throws TransportError where the address is of no known kind */
export function parseHost(address: string): Host {
    if (address.startsWith("unix://")) {
        const path = address.slice("unix://".length);
        if (path.startsWith("/")) {
            return { kind: "unix", path };
        }
        throw hostError(address, "the path of the socket is not absolute");
    }
    const url = parseUrl(address);
    const port = url.port === "" ? undefined : Number(url.port);
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    if (url.protocol === "tcp:") {
        return { kind: "tcp", host: host === "" ? "127.0.0.1" : host, port: port ?? 2375 };
    }
    if (url.protocol !== "ssh:") {
        throw hostError(address, `the transport ${url.protocol}// is not known`);
    }
    if (host === "") {
        throw hostError(address, "the host is missing");
    }
    if (url.password !== "" || url.search !== "" || url.hash !== "") {
        throw hostError(address, "a password, a query or a fragment cannot be used with SSH");
    }
    const user = url.username === "" ? undefined : decodeURIComponent(url.username);
    const socket = url.pathname === "" || url.pathname === "/" ? undefined : url.pathname;
    return { kind: "ssh", host, user, port, socket };
}

/** The command that opens one connection to an engine over SSH, as Docker's own client does it. */
export function sshCommand(host: Host & { kind: "ssh" }, options: readonly string[]): string[] {
    const hasTimeout = options.some((option) => /^(-o)?ConnectTimeout\b/i.test(option));
    const noTerminal = options.some((option) => /^-[tT]+$/.test(option)) ? [] : ["-T"];
    // A remote shell reads the command, so a word with special characters has to be quoted.
    const remote = host.socket === undefined ? [] : [quote([`--host=unix://${host.socket}`])];
    return [
        "ssh",
        ...(host.user === undefined ? [] : ["-l", host.user]),
        ...(host.port === undefined ? [] : ["-p", String(host.port)]),
        ...options,
        ...(hasTimeout ? [] : ["-o", "ConnectTimeout=30"]),
        ...noTerminal,
        "--",
        host.host,
        "docker",
        ...remote,
        "system",
        "dial-stdio",
    ];
}

function parseUrl(address: string): URL {
    try {
        return new URL(address);
    } catch {
        throw hostError(address, "it is not a URL");
    }
}

function hostError(address: string, problem: string): TransportError {
    return new TransportError(`host '${address}': ${problem}; give ${transports}`);
}

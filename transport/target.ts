/** A host, and the way to it. */
import { type Host, parseHost, sshCommand } from "./address";
import { type SshConnection, dockerHostUrl, sshOptions } from "./connection";
import { TransportError } from "./error";

/** A host: over SSH, or this machine by the engine's socket. */
export type Target =
    | {
          readonly kind: "ssh";
          readonly url: string;
          readonly host: Host & { kind: "ssh" };
          /** Options of the `ssh` program: key, pinned host key … */
          readonly options: readonly string[];
      }
    | { readonly kind: "unix"; readonly url: string; readonly path: string };

/**
 * Takes an address apart.
 * @param url `ssh://USER@HOST:PORT`, or `unix:///PATH` for this machine.
 * @param options options of the `ssh` program.
 * @throws TransportError where the address is none of these.
 */
export function targetOf(url: string, options: readonly string[] = []): Target {
    const host = parseHost(url);
    switch (host.kind) {
        case "ssh":
            return { kind: "ssh", url, host, options };
        case "unix":
            return { kind: "unix", url, path: host.path };
        case "tcp":
            throw new TransportError(
                `host '${url}': files and processes cannot be read over TCP; give ssh://USER@HOST:PORT`,
            );
    }
}

/** The host of a stack's connection, with the private key and the pinned host key. */
export function targetOfConnection(connection: SshConnection): Target {
    return targetOf(dockerHostUrl(connection), sshOptions(connection));
}

/** The command that runs `remote` (one shell line) on the host. */
export function commandOn(target: Target, remote: string): [string, ...string[]] {
    if (target.kind === "unix") {
        return ["sh", "-c", remote];
    }
    const { host, options } = target;
    return [
        "ssh",
        ...(host.user === undefined ? [] : ["-l", host.user]),
        ...(host.port === undefined ? [] : ["-p", String(host.port)]),
        ...options,
        "-T",
        "--",
        host.host,
        remote,
    ];
}

/** The command that carries one connection to the engine over SSH. */
export function dialCommand(target: Target & { kind: "ssh" }): string[] {
    return sshCommand(target.host, target.options);
}

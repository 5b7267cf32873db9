/** The way to a host: its address, and SSH with one key and the pinned key of the host. */
import { z } from "zod";

/** A host, as the `ssh` program reaches it; no field is secret. */
export const sshConnectionSchema = z.strictObject({
    /** IP address or host name. */
    address: z.string(),
    /** TCP port of sshd. */
    port: z.int(),
    user: z.string(),
    /** File with the private key, for `ssh -i`. */
    privateKeyFile: z.string(),
    /** The host's public key, `ssh-ed25519 AAAA…`. */
    hostKey: z.string(),
});

export type SshConnection = Readonly<z.infer<typeof sshConnectionSchema>>;

/** `ssh-ed25519 AAAA…`, from a line that may have a comment behind it. */
export function publicKey(line: string): string {
    return line.trim().split(/\s+/).slice(0, 2).join(" ");
}

/**
 * Options for the `ssh` program: this key only, no question asked, and the pinned host key.
 * The pin is given by KnownHostsCommand (OpenSSH 8.5), so no known_hosts file has to exist.
 */
export function sshOptions(connection: Pick<SshConnection, "privateKeyFile" | "hostKey">): string[] {
    const options = [
        "BatchMode=yes",
        "IdentitiesOnly=yes",
        "ConnectTimeout=10",
        "StrictHostKeyChecking=yes",
        "UserKnownHostsFile=/dev/null",
        "GlobalKnownHostsFile=/dev/null",
        `KnownHostsCommand=/bin/echo %H ${connection.hostKey}`,
        "LogLevel=ERROR",
    ];
    return ["-i", connection.privateKeyFile, ...options.flatMap((option) => ["-o", option])];
}

/** `user@address`, the destination of `ssh`. */
function sshDestination(connection: Pick<SshConnection, "user" | "address">): string {
    return `${connection.user}@${connection.address}`;
}

/** The engine's address for Docker clients: `ssh://user@address:port`. */
export function dockerHostUrl(connection: Pick<SshConnection, "user" | "address" | "port">): string {
    const address = connection.address.includes(":") ? `[${connection.address}]` : connection.address;
    return `ssh://${connection.user}@${address}:${connection.port}`;
}

/** The arguments of `ssh` that run one shell line on the host, without the program's own name. */
export function sshArguments(connection: SshConnection, ...remote: readonly string[]): string[] {
    const way = [...sshOptions(connection), "-p", String(connection.port), sshDestination(connection)];
    return remote.length === 0 ? way : [...way, "--", ...remote];
}

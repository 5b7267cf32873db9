import type { types } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

/** How a host is reached: SSH with a key, and with the host's own key pinned. */
export interface Connection {
    /** IP address or host name. */
    readonly address: string;
    /** TCP port of sshd. */
    readonly port: number;
    readonly user: string;
    /** File with the private key, for `ssh -i`. */
    readonly privateKeyFile: string;
    /** The private key itself (OpenSSH or PEM); secret. */
    readonly privateKey: pulumi.Output<string>;
    /** The host's public key, `ssh-ed25519 AAAA…`. */
    readonly hostKey: string;
}

/** The connection of a `command.remote` resource. */
export function commandConnection(connection: Connection): types.input.remote.ConnectionArgs {
    return {
        host: connection.address,
        port: connection.port,
        user: connection.user,
        privateKey: connection.privateKey,
        hostKey: connection.hostKey,
        dialErrorLimit: 5,
        perDialTimeout: 10,
    };
}

/**
 * Options for the `ssh` program: this key only, no question asked, and the pinned host key.
 * The pin is given by KnownHostsCommand (OpenSSH 8.5), so no known_hosts file has to exist.
 */
export function sshOptions(connection: Pick<Connection, "privateKeyFile" | "hostKey">): string[] {
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
export function sshDestination(connection: Pick<Connection, "user" | "address">): string {
    return `${connection.user}@${connection.address}`;
}

/** The engine's address for Docker clients: `ssh://user@address:port`. */
export function dockerHostUrl(connection: Pick<Connection, "user" | "address" | "port">): string {
    const address = connection.address.includes(":") ? `[${connection.address}]` : connection.address;
    return `ssh://${connection.user}@${address}:${connection.port}`;
}

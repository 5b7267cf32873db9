import type { types } from "@pulumi/command";
import type { Connection } from "../config/connection";

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

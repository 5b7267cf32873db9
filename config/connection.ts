import type * as pulumi from "@pulumi/pulumi";
import type { SshConnection } from "../transport/connection";

/** How a host is reached: as the `ssh` program does, and with the private key itself for Pulumi's own client. */
export interface Connection extends SshConnection {
    /** The private key (OpenSSH or PEM); secret. */
    readonly privateKey: pulumi.Output<string>;
}

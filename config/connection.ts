import type * as pulumi from "@pulumi/pulumi";
import type { SshConnection } from "../transport/connection";

/** The way to a host, for the `ssh` program, and with the private key itself for Pulumi's own client. */
export interface Connection extends SshConnection {
    /** The private key (OpenSSH or PEM); secret. */
    readonly privateKey: pulumi.Output<string>;
}

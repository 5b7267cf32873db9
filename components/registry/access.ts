import type * as pulumi from "@pulumi/pulumi";
import type { PlacedFile } from "../file";
import type { PlacedNetwork } from "../network";
import type { PlacedVolume } from "../volume";

/** A user who may log in to a registry. */
export interface RegistryUser {
    readonly name: string;
    /** Secret. */
    readonly password: pulumi.Output<string>;
    /** The password's bcrypt hash; secret. */
    readonly hash: pulumi.Output<string>;
}

/** A registry as one of its users sees it: its addresses, its CA, its network and the login. */
export interface RegistryAccess {
    /** `ADDRESS:PORT`, the first part of an image's reference; for the host's engine, and for clients elsewhere. */
    readonly server: string;
    /** `NAME:PORT` on `network`; for containers. */
    readonly internalServer: string;
    /** The CA's certificate on the host, for containers that are clients. */
    readonly ca: PlacedFile;
    /** Internal network on which containers reach the registry. */
    readonly network: PlacedNetwork;
    /** The volume on which the images are, for whoever pushes one and has to know whether it is still there. */
    readonly volume: PlacedVolume;
    /** The user of the login. */
    readonly user: RegistryUser;
    /** The resources that are done once the registry serves, and the host's engine trusts it. */
    readonly ready: readonly pulumi.Resource[];
}

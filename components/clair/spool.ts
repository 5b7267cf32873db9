import type * as pulumi from "@pulumi/pulumi";
import type { DeclaredItem } from "../../declaration";
import type { DeclaredItems } from "../declared";
import { onHost, type Engine } from "../engine";

/** Where the host mounts the spool; spool.sh names the same folder. */
export const spoolFolder = "/var/spool/portcullis/clair";

/** The part of the spool that is Clair's. Without the mount the folder is not there, and no container starts with it. */
export const spoolFiles = `${spoolFolder}/files`;

interface SpoolArgs {
    readonly engine: Engine;
    /** Size in GiB; all of it is taken on the host's disk at once. */
    readonly gigabytes: number;
    /** Uid in the container that writes to the spool. */
    readonly uid: number;
    /** Name of the container that has the spool; it is stopped where the spool is made anew. */
    readonly containerName: string;
}

/** A file system of its own on the host, for the layers of images that are scanned. */
export interface Spool {
    /** Tells the file system from one that is made later; a container that has the earlier one is to be replaced. */
    readonly identity: pulumi.Output<string>;
    /** The resource that is done once the spool is mounted. */
    readonly resource: pulumi.Resource;
    readonly declared: DeclaredItems;
}

/** Makes Clair's spool: layers are unpacked all at once, and must fill neither the host's disk nor the container's memory. */
export function placeSpool(name: string, args: SpoolArgs, parent: pulumi.Resource): Spool {
    const { engine, gigabytes, uid, containerName } = args;
    const { resource, output } = engine.toolkit.step(
        `${name}-clair-spool`,
        {
            script: "place-spool.sh",
            args: [spoolFolder, String(gigabytes), String(uid), containerName],
            undo: { script: "remove-spool.sh", args: [spoolFolder] },
        },
        onHost(engine, { parent }),
    );
    return { identity: output, resource, declared: resource.urn.apply(declaredSpool) };
}

/** The required state of the spool's files. The receipt of the step tells whether it is mounted, and how. */
function declaredSpool(resource: string): DeclaredItem[] {
    const file = (path: string, mode: string): DeclaredItem => ({
        kind: "file",
        resource,
        path,
        uid: 0,
        gid: 0,
        mode,
    });
    return [
        file(`${spoolFolder}.img`, "0600"),
        { kind: "folder", resource, path: spoolFolder.slice(0, spoolFolder.lastIndexOf("/")) },
        file("/etc/systemd/system/portcullis-clair-spool.service", "0644"),
        { kind: "absent", resource, path: "/etc/systemd/system/portcullis-clair-spool.service.d" },
    ];
}

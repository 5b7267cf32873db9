import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { DeclaredItems } from "../declared";
import { onEngine, onHost, type Engine } from "../engine";

/** A volume on the engine. */
export interface PlacedVolume {
    readonly name: pulumi.Output<string>;
    /** The resource that is done once the volume belongs to its uid. */
    readonly owned: pulumi.Resource;
    /** Tells this volume from a later one of the same name. */
    readonly identity: pulumi.Output<string>;
    readonly declared: DeclaredItems;
}

interface VolumeArgs {
    readonly name: string;
    /** Uid inside containers that owns the volume's folder. */
    readonly uid: number;
    /** Whether `destroy` leaves the volume. */
    readonly retain: boolean;
}

/** Makes a volume, and gives its folder to a uid inside containers. */
export function placeVolume(
    name: string,
    engine: Engine,
    args: VolumeArgs,
    parent: pulumi.Resource,
): PlacedVolume {
    const volume = new docker.Volume(
        name,
        { name: args.name },
        { ...onEngine(engine, { parent }), retainOnDelete: args.retain },
    );
    const { resource: owned, output: identity } = engine.toolkit.step(
        `${name}-owner`,
        { script: "own-volume.sh", args: [volume.name, String(args.uid)], rerunOn: [engine.dataRoot] },
        onHost(engine, { parent, after: [volume] }),
    );
    return {
        name: volume.name,
        owned,
        identity,
        declared: volume.urn.apply((resource) => [
            { kind: "volume" as const, resource, name: args.name, driver: "local", options: {} },
        ]),
    };
}

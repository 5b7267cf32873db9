import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../config/connection";
import type { HostFacts } from "../outputs/host";
import type { Presence } from "./presence";
import type { Toolkit } from "./toolkit";
import { shortDigest } from "./toolkit/scripts";

/** A hardened engine, as the other components take it: an argument, never a global. */
export interface Engine {
    /** The provider that acts on this engine's API. */
    readonly provider: docker.Provider;
    /** The toolkit that runs our scripts on this engine's host. */
    readonly toolkit: Toolkit;
    readonly connection: Connection;
    readonly presence: Presence;
    /** Folder of the engine's data; in another folder all objects of the engine are to be made again. */
    readonly dataRoot: string;
    /** The host's ids for containers. */
    readonly remap: pulumi.Output<HostFacts["remap"]>;
    /** The resources to wait for before anything is put on the engine: they harden the engine, and prove it. */
    readonly ready: readonly pulumi.Resource[];
}

/** The resources that a resource on an engine waits for, beside the engine itself. */
interface Placement {
    readonly parent: pulumi.Resource;
    /** @default nothing */
    readonly after?: readonly pulumi.Resource[];
}

/** The owner of a container or network. Only things with this label are ever removed after an interrupted run. */
export function stackLabel(): { readonly label: string; readonly value: string } {
    return { label: "portcullis.stack", value: `${pulumi.getProject()}/${pulumi.getStack()}` };
}

/**
 * The generation of an object of the engine, for one of its inputs: another one where the object is gone or changed, or where
 * the engine has another folder of data.
 *
 * @param step name of the step that notes the object on the host
 */
export function generationOn({ presence, dataRoot }: Engine, step: string): string {
    return shortDigest(presence.generation(step), dataRoot);
}

/** An object that the Docker provider made, and whose input the step's generation is. */
interface EngineObject {
    readonly kind: "network";
    /** The object's name in a question to the engine. */
    readonly name: pulumi.Input<string>;
    /** The object's id; another id is noted anew. */
    readonly id: pulumi.Input<string>;
}

/** Notes an object on the host, so that the next look sees whether the object is still there. */
export function noteObject(
    name: string,
    engine: Engine,
    { kind, name: object, id }: EngineObject,
    parent: pulumi.Resource,
): void {
    engine.toolkit.step(
        name,
        { script: "note-object.sh", args: [kind, object], rerunOn: [id] },
        onHost(engine, { parent }),
    );
}

/** Options of a Docker resource on this engine. */
export function onEngine(engine: Engine, placement: Placement): pulumi.CustomResourceOptions {
    return { ...onHost(engine, placement), provider: engine.provider };
}

/** Options of a step on this engine's host. */
export function onHost(engine: Engine, { parent, after = [] }: Placement): pulumi.CustomResourceOptions {
    return { parent, dependsOn: [...engine.ready, ...after] };
}

import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../config/connection";
import type { HostFacts } from "../outputs/host";
import type { Toolkit } from "./toolkit";

/** A hardened engine, as the other components take it: nothing of it is global. */
export interface Engine {
    /** Acts on this engine's API. */
    readonly provider: docker.Provider;
    /** Runs our scripts on this engine's host. */
    readonly toolkit: Toolkit;
    readonly connection: Connection;
    /** The host's ids for containers. */
    readonly remap: pulumi.Output<HostFacts["remap"]>;
    /** What must have happened before anything is put on the engine: it is hardened, and proven so. */
    readonly ready: readonly pulumi.Resource[];
}

/** What a resource on an engine waits for, beside the engine itself. */
interface Placement {
    readonly parent: pulumi.Resource;
    /** @default nothing */
    readonly after?: readonly pulumi.Resource[];
}

/** Whose a container or network is. Only what has this label is ever removed as a leftover of an interrupted run. */
export function stackLabel(): { readonly label: string; readonly value: string } {
    return { label: "portcullis.stack", value: `${pulumi.getProject()}/${pulumi.getStack()}` };
}

/** Options of a Docker resource on this engine. */
export function onEngine(engine: Engine, placement: Placement): pulumi.CustomResourceOptions {
    return { ...onHost(engine, placement), provider: engine.provider };
}

/** Options of a step on this engine's host. */
export function onHost(engine: Engine, { parent, after = [] }: Placement): pulumi.CustomResourceOptions {
    return { parent, dependsOn: [...engine.ready, ...after] };
}

import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Connection } from "./connection";
import type { Toolkit } from "./toolkit";

/** A hardened engine, as the other components take it: nothing of it is global. */
export interface Engine {
    /** Acts on this engine's API. */
    readonly provider: docker.Provider;
    /** Runs our scripts on this engine's host. */
    readonly toolkit: Toolkit;
    readonly connection: Connection;
    /** What must have happened before anything is put on the engine: it is hardened, and proven so. */
    readonly ready: readonly pulumi.Resource[];
}

/** Options of a Docker resource on this engine. */
export function onEngine(
    engine: Engine,
    parent: pulumi.Resource,
    more: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
    return pulumiOptions(engine, { parent, provider: engine.provider, ...more });
}

/** Options of a step on this engine's host. */
export function onHost(
    engine: Engine,
    parent: pulumi.Resource,
    more: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
    return pulumiOptions(engine, { parent, ...more });
}

function pulumiOptions(engine: Engine, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const { dependsOn } = options;
    const own = dependsOn === undefined ? [] : [dependsOn].flat();
    return { ...options, dependsOn: [...engine.ready, ...own] as pulumi.Resource[] };
}

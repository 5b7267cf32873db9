import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { DeclaredItems } from "../declared";
import { generationOn, noteObject, onEngine, stackLabel, type Engine } from "../engine";

/** A network on the engine. */
export interface PlacedNetwork {
    readonly name: pulumi.Output<string>;
    readonly declared: DeclaredItems;
}

interface NetworkArgs {
    readonly name: string;
    /** Whether the network has no way out, and none in. */
    readonly internal: boolean;
}

/** Makes a network of one host. */
export function placeNetwork(
    name: string,
    engine: Engine,
    args: NetworkArgs,
    parent: pulumi.Resource,
): PlacedNetwork {
    const driver = "bridge";
    const noted = `${name}-noted`;
    const network = new docker.Network(
        name,
        {
            name: args.name,
            driver,
            internal: args.internal ? true : undefined,
            labels: [stackLabel(), { label: "portcullis.generation", value: generationOn(engine, noted) }],
        },
        // The engine takes two networks of one name, and then no container knows which one is meant.
        { ...onEngine(engine, { parent }), deleteBeforeReplace: true },
    );
    noteObject(noted, engine, { kind: "network", name: network.name, id: network.id }, parent);
    return {
        name: network.name,
        declared: network.urn.apply((resource) => [{ kind: "network" as const, resource, driver, ...args }]),
    };
}

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaredItems } from "../declared";
import { generationOn, onEngine, onHost, type Engine } from "../engine";
import { containerArguments, type ContainerSpec } from "./arguments";
import { declaredContainer } from "./declare";
import { containerName, containerType, processLimitStepName } from "../../declaration/resources";

interface HardenedContainerArgs extends ContainerSpec {
    readonly engine: Engine;
    /** The resources that must be there before the container starts. @default nothing */
    readonly after?: readonly pulumi.Resource[];
}

/** A confined container; the one place where confinement and limits are set. */
export class HardenedContainer extends pulumi.ComponentResource {
    readonly containerName: pulumi.Output<string>;
    /** The engine's id of the container; a replacement has another id. */
    readonly containerId: pulumi.Output<string>;
    /** The resources that are done once the container runs, is healthy and has its limit of processes. */
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;

    constructor(name: string, args: HardenedContainerArgs, opts?: pulumi.ComponentResourceOptions) {
        super(containerType, name, {}, opts);
        const generation = generationOn(args.engine, processLimitStepName(name));
        const rendered = containerArguments({
            ...args,
            configDigests: [...(args.configDigests ?? []), generation],
        });
        const container = new docker.Container(containerName(name), rendered, {
            ...onEngine(args.engine, { parent: this, after: args.after }),
            // A container owns a name, and perhaps a port and a volume: the old one and the new one cannot coexist.
            deleteBeforeReplace: true,
            // The provider would change these properties in state only, and leave the container as it is.
            replaceOnChanges: ["healthcheck", "init", "mounts", "tmpfs"],
        });
        // docker.Container cannot set a limit of processes.
        const pids = args.engine.toolkit.step(
            processLimitStepName(name),
            {
                script: "limit-pids.sh",
                args: [container.name, String(args.limits.pids)],
                rerunOn: [container.id],
            },
            onHost(args.engine, { parent: this, after: [container] }),
        );
        this.containerName = container.name;
        this.containerId = container.id;
        this.ready = [container, pids.resource];
        this.declared = pulumi
            .all([container.urn, pids.resource.urn, pulumi.output(rendered)])
            .apply(([urn, pidsUrn, known]) => [
                declaredContainer({ container: urn, pids: pidsUrn }, known, args.limits.pids),
            ]);
        this.registerOutputs({ containerName: this.containerName });
    }
}

import * as pulumi from "@pulumi/pulumi";
import { canariesFor } from "../../scan/canary";
import type { GateInput } from "../../scan/gate";
import { clairWords, printedCanariesSchema, renderCanaries, scannedCanaries } from "../../scan/script-input";
import { onHost } from "../engine";
import { parseOutput } from "../../outputs/parse";
import type { ScannedImageArgs } from "./scanned-image";

interface CanariesArgs extends Pick<ScannedImageArgs, "engine" | "registry" | "scanner"> {
    /** Repository of the canaries in the private registry. */
    readonly repository: string;
    readonly settings: { readonly rescan: string };
    /** Clair's reports on all images: the canaries stand for what the reports name. */
    readonly reports: readonly pulumi.Output<string>[];
}

/** Canaries for all that the images hold, pushed and scanned: where Clair does not flag one, no verdict counts. */
export function scanCanaries(
    name: string,
    { engine, registry, scanner, repository, settings, reports }: CanariesArgs,
    parent: pulumi.Resource,
): pulumi.Output<GateInput["canaries"]> {
    const { access, advisories, ready } = scanner;
    const { server, user, volume } = registry;
    const today = new Date().toISOString().slice(0, 10);
    const canaries = pulumi
        .all([pulumi.all([...reports]), advisories])
        .apply(([all, facts]) => canariesFor(all, facts, today));
    const step = engine.toolkit.step(
        name,
        {
            script: "scan-canaries.sh",
            args: [
                ...[repository, server, user.name, volume.name, access.registryServer],
                ...clairWords<pulumi.Input<string>>(access),
            ],
            stdin: pulumi
                .all([canaries, user.password, access.clientConfig])
                .apply(([all, password, config]) => renderCanaries(all, password, config)),
            rerunOn: [settings.rescan, volume.identity, advisories.apply((facts) => JSON.stringify(facts))],
            undo: { script: "remove-image.sh", args: [pulumi.interpolate`${server}/${repository}`] },
        },
        onHost(engine, { parent, after: [...registry.ready, ...ready] }),
    );
    return pulumi
        .all([canaries, step.output])
        .apply(([all, text]) =>
            scannedCanaries(
                all,
                parseOutput(printedCanariesSchema, "scan-canaries.sh", text),
                "change portcullis:scan.rescan to have them scanned again",
            ),
        );
}

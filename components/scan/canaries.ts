import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { canariesFor, type Canary } from "../../scan/canary";
import type { GateInput } from "../../scan/gate";
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

const scannedSchema = z.array(z.strictObject({ digest: z.string(), report: z.string().min(1) }));

const base64 = (content: string): string => Buffer.from(content).toString("base64");

/** The lines that scan-canaries.sh reads. */
export function renderCanaries(canaries: readonly Canary[], password: string, config: string): string {
    const lines = canaries.flatMap(({ files }) => [
        "canary",
        ...files.map(({ mode, path, content }) => `file ${mode} ${path} ${content}`),
    ]);
    return [`password ${base64(password)}`, `config ${base64(config)}`, ...lines, ""].join("\n");
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
    const clair = [access.image, access.network, access.configFile, access.caFile, access.caFolders];
    const step = engine.toolkit.step(
        name,
        {
            script: "scan-canaries.sh",
            args: [
                ...[repository, server, user.name, volume.name, access.registryServer, ...clair],
                ...[String(access.uid), access.url, access.containerName],
            ],
            stdin: pulumi
                .all([canaries, user.password, access.clientConfig])
                .apply(([all, password, config]) => renderCanaries(all, password, config)),
            rerunOn: [settings.rescan, volume.identity, advisories.apply((facts) => JSON.stringify(facts))],
            undo: { script: "remove-image.sh", args: [pulumi.interpolate`${server}/${repository}`] },
        },
        onHost(engine, { parent, after: [...registry.ready, ...ready] }),
    );
    return pulumi.all([canaries, step.output]).apply(([all, text]) => {
        const scanned = parseOutput(scannedSchema, "scan-canaries.sh", text);
        if (scanned.length !== all.length) {
            throw new Error(
                `scan-canaries.sh printed ${scanned.length} reports on ${all.length} canaries; change portcullis:scan.rescan to have them scanned again`,
            );
        }
        return scanned.map((one, index) => {
            const { expected = [] } = all[index] ?? {};
            return { ...one, expected: [...expected] };
        });
    });
}

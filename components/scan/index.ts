import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";
import { z } from "zod";
import type { Settings } from "../../config/schema";
import type { Acceptance } from "../../scan/accept";
import { lastLapse } from "../../scan/ends";
import { graceEnds } from "../../scan/grace";
import type { GateInput } from "../../scan/gate";
import type { ListFiles } from "../../scan/lists";
import { policyOf } from "../../scan/script-input";
import { slugOf } from "../../text/slug";
import { onHost, type Engine } from "../engine";
import { parseOutput } from "../../outputs/parse";
import type { EngineImage } from "../image";
import type { RegistryAccess } from "../registry/access";
import { versionOf } from "../version";
import { scanCanaries } from "./canaries";
import { ScannedImage, type ScannedImageArgs } from "./scanned-image";
import { scanOutputSchema, type ScanOutput } from "../../outputs/scans";

/** Repository of the canaries in the private registry. */
const canaryRepository = "portcullis/canary";

/** An image to push and scan. */
export interface ImageToScan {
    /** Repository in the private registry. */
    readonly repository: string;
    readonly tag: string;
    readonly image: EngineImage;
    /** Whether the threshold applies to the image. */
    readonly enforce: boolean;
    /** What somebody accepts in the image without a verdict. */
    readonly accept: readonly Acceptance[];
}

/** An image with its scan. */
type Scanned = Pick<ImageToScan, "repository" | "enforce" | "accept"> &
    Pick<EngineImage, "source"> & { readonly scan: ScannedImage };

interface ImageScansArgs extends Pick<ScannedImageArgs, "scanner"> {
    readonly engine: Engine;
    /** The registry, with the login of the user who pushes. */
    readonly registry: RegistryAccess;
    readonly images: readonly ImageToScan[];
    readonly settings: Settings["scan"];
    /** The files that rules of the policy rest on. */
    readonly lists: ListFiles | undefined;
    /** Folder for the reports, on the machine that runs Pulumi. */
    readonly reportFolder: string;
}

/** All images, pushed, pulled back by digest, scanned and judged. The gate comes last, and fails over the threshold. */
export class ImageScans extends pulumi.ComponentResource {
    /** Verdicts; known only once the gate was passed. */
    readonly results: pulumi.Output<ScanOutput[]>;
    /** The resource that is done once the gate was passed. */
    readonly passed: pulumi.Resource;

    constructor(name: string, args: ImageScansArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:scan:ImageScans", name, {}, opts);
        const scan = (
            part: string,
            image: Pick<ScannedImageArgs, "repository" | "tag" | "imageId" | "after">,
        ) =>
            new ScannedImage(
                `${name}-${part}`,
                {
                    engine: args.engine,
                    registry: args.registry,
                    scanner: args.scanner,
                    rescan: args.settings.rescan,
                    ...image,
                },
                { parent: this },
            );
        const scanned = args.images.map(({ repository, tag, image, enforce, accept }) => ({
            repository,
            enforce,
            accept,
            source: image.source,
            scan: scan(slugOf(repository), {
                repository,
                tag,
                imageId: image.imageId,
                after: [image.brought],
            }),
        }));
        this.dropOthers(
            name,
            args,
            [canaryRepository, ...args.images.map(({ repository }) => repository)],
            scanned.map(({ scan: { pushed } }) => pushed),
        );
        const canaries = scanCanaries(
            `${name}-canaries`,
            { ...args, repository: canaryRepository, reports: scanned.map(({ scan: { report } }) => report) },
            this,
        );
        const gate = this.gate(name, args, scanned, canaries);
        this.passed = gate;
        const sources = scanned.flatMap(({ source, scan: { image } }) =>
            source === undefined ? [] : [pulumi.all([image, source])],
        );
        this.results = pulumi.all([gate.stdout, pulumi.all(sources)]).apply(([text, all]) => {
            const pulled = new Map(all);
            const results = parseOutput(z.array(scanOutputSchema), "bin/portcullis gate", text);
            return results.map((result) => ({ ...result, source: pulled.get(result.image) ?? null }));
        });
        this.registerOutputs({ results: this.results });
    }

    /** An image that was dropped from the settings is served no more. */
    private dropOthers(
        name: string,
        { engine, registry }: ImageScansArgs,
        repositories: readonly string[],
        after: readonly pulumi.Resource[],
    ): void {
        engine.toolkit.step(
            `${name}-others-dropped`,
            { script: "drop-images.sh", args: [registry.volume.name, ...repositories] },
            onHost(engine, { parent: this, after }),
        );
    }

    private gate(
        name: string,
        args: ImageScansArgs,
        scanned: readonly Scanned[],
        canaries: pulumi.Output<GateInput["canaries"]>,
    ): local.Command {
        const { graceDays, exceptions } = args.settings;
        const scans = scanned.map(({ repository, enforce, accept, scan }) =>
            pulumi.all([scan.image, scan.digest, scan.report]).apply(([image, digest, report]) => ({
                name: repository,
                image,
                digest,
                enforce,
                accept: [...accept],
                report,
            })),
        );
        const ends = [...scanned.flatMap(({ accept }) => accept), ...exceptions].map(({ until }) => until);
        const graces = (all: GateInput["scans"]): string[] =>
            graceDays === undefined ? [] : all.flatMap(({ report }) => graceEnds(report, graceDays));
        const input = pulumi
            .all([pulumi.all(scans), canaries, args.scanner.advisories])
            .apply(([all, scannedCanaries, advisories]): GateInput => ({
                policy: policyOf(args.settings),
                exceptions,
                lists: args.lists,
                scans: all,
                advisories,
                canaries: scannedCanaries,
                // The day after, the input is another one, and so the gate judges again.
                lapsed: lastLapse([...ends, ...graces(all)], new Date().toISOString().slice(0, 10)),
            }));
        return new local.Command(
            `${name}-gate`,
            {
                create: `${quote(["bin/portcullis", "gate", "--reports", args.reportFolder])} # ${versionOf("scan", "cli/gate.ts")}`,
                stdin: input.apply((value) => JSON.stringify(value)),
                logging: local.Logging.None,
                addPreviousOutputInEnv: false,
            },
            { parent: this },
        );
    }
}

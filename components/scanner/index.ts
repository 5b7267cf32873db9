import * as pulumi from "@pulumi/pulumi";
import type { AdvisoryArchive } from "../../config/archives";
import type { Settings } from "../../config/schema";
import type { AdvisoryFacts } from "../../outputs/advisories";
import { placeClair, type ClairAccess } from "../clair";
import type { UpdaterAccess } from "../clair/updaters";
import { loadAdvisories } from "../clair/advisories";
import { databaseRole, databases } from "../clair/render";
import { placeDatabase } from "../database";
import { declaredTogether, type DeclaredItems } from "../declared";
import type { Engine } from "../engine";
import type { EngineImage } from "../image";
import { placeNetwork, type PlacedNetwork } from "../network";
import type { RegistryAccess } from "../registry/access";
import type { GeneratedSecrets } from "../secrets";

interface ScannerArgs {
    readonly engine: Engine;
    readonly secrets: Pick<GeneratedSecrets, "superuserPassword" | "databasePassword" | "clairKey">;
    /** The registry whose images Clair scans, with the login by which Clair pulls. */
    readonly registry: RegistryAccess;
    readonly images: { readonly postgres: EngineImage; readonly clair: EngineImage };
    /** Text put before the names of containers, volumes and networks. */
    readonly prefix: string;
    readonly settings: Settings["scanner"];
    /** Advisories to import. @default Clair's own updaters fetch them */
    readonly advisories?: AdvisoryArchive | undefined;
    /** The way of Clair's own updaters to their sources. */
    readonly updaters: UpdaterAccess;
    /** Any text whose change proves the data anew. @default "" */
    readonly rescan?: string;
}

/** A database and Clair on internal networks, with advisories that are loaded and proven to be there. */
export class Scanner extends pulumi.ComponentResource {
    readonly access: ClairAccess;
    /** The loaded advisories; known only once the proof passed. */
    readonly advisories: pulumi.Output<AdvisoryFacts>;
    /** The database that the advisories were proven in. */
    readonly proven: { readonly container: pulumi.Output<string>; readonly database: string };
    readonly containerNames: readonly pulumi.Output<string>[];
    /** The engine's ids of both containers. */
    readonly containerIds: readonly pulumi.Output<string>[];
    /** The resources that are done once the data is proven present; before that proof no verdict counts. */
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;

    constructor(name: string, args: ScannerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:scanner:Scanner", name, {}, opts);
        const { engine, prefix, images, secrets, settings, registry } = args;
        const network = this.network(name, args, "database", true);
        // Only Clair's updaters use this way out; it is not made where advisories come from an archive.
        const egress = args.advisories === undefined ? this.network(name, args, "egress", false) : undefined;
        const database = placeDatabase(
            name,
            {
                engine,
                prefix,
                image: images.postgres,
                memoryMegabytes: settings.databaseMemoryMegabytes,
                network,
                superuserPassword: secrets.superuserPassword,
                client: {
                    role: databaseRole,
                    password: secrets.databasePassword,
                    databases: Object.values(databases),
                },
            },
            this,
        );
        const clair = placeClair(
            name,
            {
                engine,
                prefix,
                image: images.clair,
                memoryMegabytes: settings.clairMemoryMegabytes,
                spoolGigabytes: settings.spoolGigabytes,
                database,
                databasePassword: secrets.databasePassword,
                key: secrets.clairKey,
                registry,
                network,
                egress,
                updaters: args.updaters,
            },
            this,
        );
        const advisories = loadAdvisories(
            name,
            { engine, clair, database, settings, archive: args.advisories, rescan: args.rescan },
            this,
        );
        this.access = clair.access;
        this.advisories = advisories.facts;
        this.proven = { container: database.containerName, database: databases.matcher };
        this.containerNames = [database.containerName, clair.containerName];
        this.containerIds = [database.containerId, clair.containerId];
        this.ready = advisories.ready;
        this.declared = declaredTogether(
            database.declared,
            clair.declared,
            network.declared,
            egress?.declared ?? [],
        );
        this.registerOutputs({ advisories: this.advisories });
    }

    private network(
        name: string,
        { engine, prefix }: ScannerArgs,
        part: string,
        internal: boolean,
    ): PlacedNetwork {
        return placeNetwork(`${name}-${part}`, engine, { name: `${prefix}-${part}`, internal }, this);
    }
}

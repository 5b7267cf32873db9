import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config/schema";
import { HardenedContainer } from "../container";
import { declaredTogether, type DeclaredItems } from "../declared";
import { onHost, type Engine } from "../engine";
import { declaredFiles, placeFile, type PlacedFile } from "../file";
import { parseOutput } from "../../outputs/parse";
import type { EngineImage } from "../image";
import { placeNetwork, type PlacedNetwork } from "../network";
import type { Registry } from "../registry";
import type { GeneratedSecrets } from "../secrets";
import { placeVolume } from "../volume";
import { advisoryFactsSchema, type AdvisoryFacts } from "../../outputs/advisories";
import type { AdvisoryArchive } from "../../config/archives";
import {
    certificateFolders,
    clairPaths,
    clairPorts,
    databaseRole,
    databases,
    emptyMapping,
    readyCheck,
    renderClairConfig,
} from "./render";

const postgresUid = 999;
/** Clair's image runs as `nobody`. */
export const clairUid = 65534;
const postgresFolder = "/etc/portcullis/postgres";
const clairFolder = "/etc/portcullis/clair";
const superuserPasswordFile = "/run/secrets/postgres-password";

export interface ScannerArgs {
    readonly engine: Engine;
    readonly secrets: GeneratedSecrets;
    /** Whose images it scans; its CA is trusted, and its network shared. */
    readonly registry: Registry;
    readonly postgresImage: EngineImage;
    readonly clairImage: EngineImage;
    /** Put before the names of containers, volumes and networks. */
    readonly prefix: string;
    readonly settings: Settings["scanner"];
    /** Advisories to import. @default Clair's own updaters fetch them */
    readonly advisories?: AdvisoryArchive;
    /** Any text whose change proves the data anew. @default "" */
    readonly rescan?: string;
}

/** PostgreSQL, and when Clair's role and databases are in it. */
interface Database {
    readonly container: HardenedContainer;
    readonly prepared: pulumi.Resource;
    readonly declared: DeclaredItems;
}

/** What a scan needs to know of the scanner. */
export interface ClairAccess {
    /** Image that holds clairctl. */
    readonly image: pulumi.Output<string>;
    /** Clair's configuration on the host, with the pre-shared key. */
    readonly configFile: string;
    /** The registry's CA on the host. */
    readonly caFile: string;
    /** Network on which Clair and the registry are reached. */
    readonly network: pulumi.Output<string>;
}

/** PostgreSQL and Clair on internal networks, with advisories loaded, and proven to be there. */
export class Scanner extends pulumi.ComponentResource {
    readonly access: ClairAccess;
    /** What is loaded; known only once it was proven. */
    readonly advisories: pulumi.Output<AdvisoryFacts>;
    /** The engine's ids of both containers. */
    readonly containerIds: readonly pulumi.Output<string>[];
    /** Done when the data is proven present: before it no verdict counts. */
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;

    constructor(name: string, args: ScannerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:scanner:Scanner", name, {}, opts);
        const network = this.network(name, args, "database", true);
        // A way out for Clair's updaters, and for nothing else; not made where advisories come from an archive.
        const egress = args.advisories === undefined ? [this.network(name, args, "egress", false)] : [];
        const postgres = this.database(name, args, network);
        const files = this.configure(name, args);
        const clair = this.clair(name, args, [network, ...egress], postgres, files);
        const loaded = this.load(name, args, network, files.config, clair);
        const proof = this.prove(name, args, postgres, loaded);
        const { certificates, scanNetwork } = args.registry;
        this.access = {
            image: args.clairImage.imageId,
            configFile: files.config.path,
            caFile: certificates.caFile.path,
            network: scanNetwork.name,
        };
        this.advisories = proof.output.apply((text) =>
            parseOutput(advisoryFactsSchema, "prove-advisories.sh", text),
        );
        this.containerIds = [postgres.container.containerId, clair.containerId];
        this.ready = [proof.resource];
        this.declared = declaredTogether(
            postgres.declared,
            clair.declared,
            declaredFiles([files.config, files.mapping], clairFolder),
            ...[network, ...egress].map(({ declared }) => declared),
        );
        this.registerOutputs({ advisories: this.advisories });
    }

    private network(name: string, args: ScannerArgs, part: string, internal: boolean): PlacedNetwork {
        return placeNetwork(
            `${name}-${part}`,
            args.engine,
            { name: `${args.prefix}-${part}`, internal },
            this,
        );
    }

    /** PostgreSQL, with Clair's role and databases. */
    private database(name: string, args: ScannerArgs, network: PlacedNetwork): Database {
        const { engine, secrets } = args;
        const password = placeFile(
            `${name}-postgres-password`,
            engine,
            {
                path: `${postgresFolder}/password`,
                mode: "0400",
                owner: String(postgresUid),
                content: secrets.superuserPassword,
            },
            this,
        );
        const volume = placeVolume(
            `${name}-postgres-data`,
            engine,
            { name: `${args.prefix}-postgres`, uid: postgresUid, retain: false },
            this,
        );
        const container = new HardenedContainer(
            `${name}-postgres`,
            {
                engine,
                after: [volume.owned, password.step.resource],
                containerName: `${args.prefix}-postgres`,
                role: "database",
                image: args.postgresImage.imageId,
                uid: postgresUid,
                limits: { memoryMegabytes: args.settings.databaseMemoryMegabytes, cpus: 1, pids: 128 },
                // Not over the socket: while the image initializes, a server answers there that is to go again.
                healthCheck: {
                    test: { command: ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"] },
                    intervalSeconds: 3,
                    startSeconds: 60,
                },
                networks: [{ name: network.name, aliases: ["postgres"] }],
                mounts: [
                    { type: "bind", source: password.path, target: superuserPasswordFile },
                    {
                        type: "volume",
                        source: volume.name,
                        target: "/var/lib/postgresql/data",
                        readOnly: false,
                    },
                ],
                scratch: { "/tmp": 64, "/var/run/postgresql": 4 },
                environment: {
                    POSTGRES_USER: "postgres",
                    POSTGRES_PASSWORD_FILE: superuserPasswordFile,
                    PGDATA: "/var/lib/postgresql/data/pgdata",
                },
                stopSeconds: 30,
            },
            { parent: this },
        );
        const prepared = engine.toolkit.step(
            `${name}-databases`,
            {
                script: "prepare-databases.sh",
                args: [container.containerName, databaseRole, ...Object.values(databases)],
                stdin: secrets.databasePassword,
            },
            onHost(engine, { parent: this, after: [...container.ready] }),
        );
        const files = declaredFiles([password], postgresFolder);
        const declared = declaredTogether(container.declared, files, volume.declared);
        return { container, prepared: prepared.resource, declared };
    }

    private configure(name: string, args: ScannerArgs): { config: PlacedFile; mapping: PlacedFile } {
        const { databasePassword, clairKey } = args.secrets;
        const content = pulumi.all([databasePassword, clairKey]).apply(([password, preSharedKey]) =>
            renderClairConfig({
                databaseHost: "postgres",
                databasePassword: password,
                preSharedKey,
                fetchAdvisories: args.advisories === undefined,
            }),
        );
        const config = placeFile(
            `${name}-clair-config`,
            args.engine,
            { path: `${clairFolder}/config.yaml`, mode: "0400", owner: String(clairUid), content },
            this,
        );
        const mapping = placeFile(
            `${name}-clair-mapping`,
            args.engine,
            { path: `${clairFolder}/empty-mapping.json`, mode: "0444", owner: "root", content: emptyMapping },
            this,
        );
        return { config, mapping };
    }

    private clair(
        name: string,
        args: ScannerArgs,
        [network, ...egress]: readonly [PlacedNetwork, ...PlacedNetwork[]],
        postgres: Database,
        { config, mapping }: { config: PlacedFile; mapping: PlacedFile },
    ): HardenedContainer {
        const { engine, registry } = args;
        const ca = registry.certificates.caFile;
        return new HardenedContainer(
            `${name}-clair`,
            {
                engine,
                after: [postgres.prepared],
                containerName: `${args.prefix}-clair`,
                role: "scanner",
                image: args.clairImage.imageId,
                uid: clairUid,
                entryPoint: ["clair"],
                command: ["-conf", clairPaths.config, "-mode", "combo"],
                limits: { memoryMegabytes: args.settings.clairMemoryMegabytes, cpus: 1.5, pids: 256 },
                healthCheck: {
                    test: { shell: readyCheck(`http://127.0.0.1:${clairPorts.introspection}/readyz`) },
                    intervalSeconds: 3,
                },
                networks: [
                    { name: network.name, aliases: ["clair"] },
                    { name: registry.scanNetwork.name, aliases: ["clair"] },
                    ...egress.map((way) => ({ name: way.name, aliases: [] })),
                ],
                mounts: [
                    { type: "bind", source: config.path, target: clairPaths.config },
                    { type: "bind", source: mapping.path, target: clairPaths.emptyMapping },
                    { type: "bind", source: ca.path, target: clairPaths.ca },
                ],
                scratch: { "/tmp": 512, "/var/tmp": 512 },
                environment: { SSL_CERT_DIR: certificateFolders },
                configDigests: [config.digest, mapping.digest, ca.digest],
            },
            { parent: this },
        );
    }

    /** Imports the archive of advisories, if there is one. */
    private load(
        name: string,
        args: ScannerArgs,
        network: PlacedNetwork,
        config: PlacedFile,
        clair: HardenedContainer,
    ): readonly pulumi.Resource[] {
        if (args.advisories === undefined) {
            return clair.ready;
        }
        const step = args.engine.toolkit.stream(
            `${name}-advisories`,
            {
                script: "import-advisories.sh",
                args: [args.clairImage.imageId, network.name, config.path, String(clairUid)],
                file: args.advisories.file,
                sha256: args.advisories.sha256,
                rerunOn: [args.advisories.reload],
            },
            onHost(args.engine, { parent: this, after: [...clair.ready] }),
        );
        return [step.resource];
    }

    private prove(name: string, args: ScannerArgs, postgres: Database, loaded: readonly pulumi.Resource[]) {
        const { minimumAdvisories, updateTimeoutMinutes, maximumAgeDays, expectedUpdaters } = args.settings;
        const patience = args.advisories === undefined ? updateTimeoutMinutes * 60 : 0;
        return args.engine.toolkit.step(
            `${name}-advisory-proof`,
            {
                script: "prove-advisories.sh",
                args: [
                    postgres.container.containerName,
                    databases.matcher,
                    String(minimumAdvisories),
                    String(maximumAgeDays),
                    String(patience),
                    ...expectedUpdaters,
                ],
                rerunOn: [args.rescan ?? "", args.advisories?.sha256 ?? "", args.advisories?.reload ?? ""],
            },
            onHost(args.engine, { parent: this, after: [...loaded] }),
        );
    }
}

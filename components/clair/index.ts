import * as pulumi from "@pulumi/pulumi";
import { renderClientConfig } from "../../transport/client-config";
import { HardenedContainer } from "../container";
import type { Database } from "../database";
import { declaredTogether, type DeclaredItems } from "../declared";
import type { Engine } from "../engine";
import { declaredFiles, placeFile, type PlacedFile } from "../file";
import type { EngineImage } from "../image";
import type { PlacedNetwork } from "../network";
import type { RegistryAccess } from "../registry/access";
import {
    certificateFolders,
    clairEntryPoint,
    clairPaths,
    clairPorts,
    emptyMapping,
    readyCheck,
    renderClairConfig,
} from "./render";
import { placeSpool, spoolFiles, type Spool } from "./spool";
import { placeUpdaterFiles, type UpdaterAccess, type UpdaterFiles } from "./updaters";

/** Clair's image runs as `nobody`. */
const clairUid = 65534;
const hostFolder = "/etc/portcullis/clair";
/** Clair's name on its networks. */
const clairHost = "clair";

interface ClairArgs {
    readonly engine: Engine;
    /** Text put before the name of the container. */
    readonly prefix: string;
    readonly image: EngineImage;
    readonly memoryMegabytes: number;
    /** Size of the spool, in GiB. */
    readonly spoolGigabytes: number;
    readonly database: Pick<Database, "host" | "ready" | "generation">;
    /** Password of Clair's role; secret. */
    readonly databasePassword: pulumi.Output<string>;
    /** Pre-shared key, base64; secret. */
    readonly key: pulumi.Output<string>;
    /** The registry whose images Clair scans, with the login by which Clair pulls. */
    readonly registry: RegistryAccess;
    /** Network of the database. */
    readonly network: PlacedNetwork;
    /** The network by which Clair's own updaters reach the internet for advisories. @default none */
    readonly egress?: PlacedNetwork | undefined;
    /** The way of Clair's own updaters to their sources. */
    readonly updaters: UpdaterAccess;
}

/** Clair as its client sees it: its address, and all that a scan of an image of the registry needs. */
export interface ClairAccess {
    /** `http://NAME:PORT/` on `network`. */
    readonly url: string;
    /** Name of Clair's container. */
    readonly containerName: string;
    /** Image that holds clairctl. */
    readonly image: pulumi.Output<string>;
    /** Uid in the container that reads `configFile`. */
    readonly uid: number;
    /** Clair's configuration on the host, with the pre-shared key. */
    readonly configFile: string;
    /** The registry's CA on the host. */
    readonly caFile: string;
    /** Folders in which clairctl looks for CAs, separated by colons; the last folder is for the registry's CA. */
    readonly caFolders: string;
    /** Network on which Clair and the registry are reached. */
    readonly network: pulumi.Output<string>;
    /** `NAME:PORT` of the registry on `network`. */
    readonly registryServer: string;
    /** config.json of a Docker client that may pull from the registry; secret. */
    readonly clientConfig: pulumi.Output<string>;
}

/** Clair on the host. */
export interface Clair {
    readonly access: ClairAccess;
    readonly containerName: pulumi.Output<string>;
    readonly containerId: pulumi.Output<string>;
    /** The resources that are done once Clair answers, be it with or without any advisory. */
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;
}

/** Clair's files on the host. */
interface ClairFiles {
    readonly config: PlacedFile;
    readonly mapping: PlacedFile;
    readonly updaters: UpdaterFiles;
}

/** Stands Clair up, in one container with all of its parts. */
export function placeClair(name: string, args: ClairArgs, parent: pulumi.Resource): Clair {
    const files = configure(name, args, parent);
    const spool = placeSpool(
        name,
        {
            engine: args.engine,
            gigabytes: args.spoolGigabytes,
            uid: clairUid,
            containerName: containerNameOf(args),
        },
        parent,
    );
    const container = serve(name, args, { ...files, spool }, parent);
    return {
        access: access(args, files.config),
        containerName: container.containerName,
        containerId: container.containerId,
        ready: container.ready,
        declared: declaredTogether(
            container.declared,
            declaredFiles([files.config, files.mapping, ...present(files.updaters)], hostFolder),
            spool.declared,
        ),
    };
}

/** The files that are set. */
function present({ proxy, certificates }: UpdaterFiles): PlacedFile[] {
    return [proxy, certificates].filter((file) => file !== undefined);
}

function containerNameOf({ prefix }: ClairArgs): string {
    return `${prefix}-clair`;
}

function access(args: ClairArgs, config: PlacedFile): ClairAccess {
    const { image, registry } = args;
    const { internalServer, user } = registry;
    return {
        url: `http://${clairHost}:${clairPorts.http}/`,
        containerName: containerNameOf(args),
        image: image.imageId,
        uid: clairUid,
        configFile: config.path,
        caFile: registry.ca.path,
        caFolders: certificateFolders,
        network: registry.network.name,
        registryServer: internalServer,
        clientConfig: user.password.apply((password) =>
            renderClientConfig(internalServer, user.name, password),
        ),
    };
}

function configure(name: string, args: ClairArgs, parent: pulumi.Resource): ClairFiles {
    const content = pulumi.all([args.databasePassword, args.key]).apply(([databasePassword, preSharedKey]) =>
        renderClairConfig({
            databaseHost: args.database.host,
            databasePassword,
            preSharedKey,
            fetchAdvisories: args.egress !== undefined,
        }),
    );
    const config = placeFile(
        `${name}-clair-config`,
        args.engine,
        { path: `${hostFolder}/config.yaml`, mode: "0400", owner: String(clairUid), content },
        parent,
    );
    const mapping = placeFile(
        `${name}-clair-mapping`,
        args.engine,
        { path: `${hostFolder}/empty-mapping.json`, mode: "0444", owner: "root", content: emptyMapping },
        parent,
    );
    const updaters = placeUpdaterFiles(
        name,
        {
            engine: args.engine,
            folder: hostFolder,
            uid: clairUid,
            access: args.updaters,
            registryServer: args.registry.internalServer,
            salt: args.key,
        },
        parent,
    );
    return { config, mapping, updaters };
}

function serve(
    name: string,
    args: ClairArgs,
    { config, mapping, updaters, spool }: ClairFiles & { readonly spool: Spool },
    parent: pulumi.Resource,
): HardenedContainer {
    const { registry, network, egress } = args;
    const { proxy, certificates } = updaters;
    const optional = [
        ...(proxy === undefined ? [] : [{ source: proxy.path, target: clairPaths.proxy }]),
        ...(certificates === undefined ? [] : [{ source: certificates.path, target: clairPaths.companyCa }]),
    ];
    return new HardenedContainer(
        `${name}-clair`,
        {
            engine: args.engine,
            after: [...args.database.ready, spool.resource],
            containerName: containerNameOf(args),
            role: "scanner",
            image: args.image.imageId,
            uid: clairUid,
            entryPoint: clairEntryPoint,
            command: ["-conf", clairPaths.config, "-mode", "combo"],
            limits: { memoryMegabytes: args.memoryMegabytes, cpus: 1.5, pids: 256 },
            healthCheck: {
                test: { shell: readyCheck(`http://127.0.0.1:${clairPorts.introspection}/readyz`) },
                intervalSeconds: 3,
            },
            networks: [
                { name: network.name, aliases: [clairHost] },
                { name: registry.network.name, aliases: [clairHost] },
                ...(egress === undefined ? [] : [{ name: egress.name, aliases: [] }]),
            ],
            mounts: [
                { type: "bind", source: config.path, target: clairPaths.config },
                { type: "bind", source: mapping.path, target: clairPaths.emptyMapping },
                { type: "bind", source: registry.ca.path, target: clairPaths.ca },
                ...optional.map((file) => ({ type: "bind" as const, ...file })),
                { type: "bind", source: spoolFiles, target: clairPaths.spool, readOnly: false },
            ],
            // What is in memory counts against the limit; whatever is large goes to the spool.
            scratch: { "/tmp": 64 },
            environment: { SSL_CERT_DIR: certificateFolders, TMPDIR: clairPaths.spool },
            // Where the databases were made anew Clair has to make its tables, which it does when it starts.
            configDigests: [
                ...[config, mapping, registry.ca, ...present(updaters)].map(({ digest }) => digest),
                spool.identity,
                args.database.generation,
            ],
        },
        { parent },
    );
}

import type * as pulumi from "@pulumi/pulumi";
import { HardenedContainer } from "../container";
import { declaredTogether, type DeclaredItems } from "../declared";
import { onHost, type Engine } from "../engine";
import { declaredFiles, placeFile, type PlacedFile } from "../file";
import type { EngineImage } from "../image";
import type { PlacedNetwork } from "../network";
import { placeVolume, type PlacedVolume } from "../volume";

/** Uid of PostgreSQL in its container. */
const postgresUid = 999;
const hostFolder = "/etc/portcullis/postgres";
const superuserPasswordFile = "/run/secrets/postgres-password";

/** The client of a database server: a role that owns the client's databases, and nothing else. */
interface DatabaseClient {
    readonly role: string;
    /** Secret; letters, digits, dash and underscore. */
    readonly password: pulumi.Output<string>;
    readonly databases: readonly string[];
}

interface DatabaseArgs {
    readonly engine: Engine;
    /** Text put before the names of the container and the volume. */
    readonly prefix: string;
    readonly image: EngineImage;
    readonly memoryMegabytes: number;
    /** The network that the client shares with PostgreSQL, and nobody else. */
    readonly network: PlacedNetwork;
    /** Secret. */
    readonly superuserPassword: pulumi.Output<string>;
    readonly client: DatabaseClient;
}

/** PostgreSQL on the host, with all that its client needs. */
export interface Database {
    /** PostgreSQL's name on the network. */
    readonly host: string;
    readonly containerName: pulumi.Output<string>;
    readonly volume: PlacedVolume;
    /** Changes where the client's databases were made anew. */
    readonly generation: string;
    readonly containerId: pulumi.Output<string>;
    /** The resources that are done once the client's role and databases are there. */
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;
}

/** Stands PostgreSQL up on an internal network, its data on a volume, and makes its client's role and databases. */
export function placeDatabase(name: string, args: DatabaseArgs, parent: pulumi.Resource): Database {
    const { engine, client } = args;
    const host = "postgres";
    const password = placeFile(
        `${name}-postgres-password`,
        engine,
        {
            path: `${hostFolder}/password`,
            mode: "0400",
            owner: String(postgresUid),
            content: args.superuserPassword,
        },
        parent,
    );
    const volume = placeVolume(
        `${name}-postgres-data`,
        engine,
        { name: `${args.prefix}-postgres`, uid: postgresUid, retain: false },
        parent,
    );
    const container = serve(name, args, { host, password, volume }, parent);
    const preparation = `${name}-databases`;
    const prepared = engine.toolkit.step(
        preparation,
        {
            script: "prepare-databases.sh",
            args: [container.containerName, volume.name, client.role, ...client.databases],
            stdin: client.password,
            rerunOn: [volume.identity],
        },
        onHost(engine, { parent, after: [...container.ready] }),
    );
    return {
        host,
        containerName: container.containerName,
        volume,
        generation: engine.presence.generation(preparation),
        containerId: container.containerId,
        ready: [prepared.resource],
        declared: declaredTogether(
            container.declared,
            declaredFiles([password], hostFolder),
            volume.declared,
        ),
    };
}

function serve(
    name: string,
    args: DatabaseArgs,
    { host, password, volume }: { host: string; password: PlacedFile; volume: PlacedVolume },
    parent: pulumi.Resource,
): HardenedContainer {
    return new HardenedContainer(
        `${name}-postgres`,
        {
            engine: args.engine,
            after: [volume.owned, password.step.resource],
            containerName: `${args.prefix}-postgres`,
            role: "database",
            image: args.image.imageId,
            uid: postgresUid,
            limits: { memoryMegabytes: args.memoryMegabytes, cpus: 1, pids: 128 },
            // The check does not ask over the socket: while the image initializes, a temporary server answers there.
            healthCheck: {
                test: { command: ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres"] },
                intervalSeconds: 3,
                startSeconds: 60,
            },
            networks: [{ name: args.network.name, aliases: [host] }],
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
            // Where several processes work on one query they share what each of them found; the engine's 64 MB are soon full.
            sharedMemoryMegabytes: 256,
            environment: {
                POSTGRES_USER: "postgres",
                POSTGRES_PASSWORD_FILE: superuserPasswordFile,
                PGDATA: "/var/lib/postgresql/data/pgdata",
            },
            configDigests: [password.digest, volume.identity],
            stopSeconds: 30,
        },
        { parent },
    );
}

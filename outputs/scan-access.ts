import { z } from "zod";

const word = z.string().min(1);

/**
 * The stack's output `scanAccess`: what `portcullis scan` needs of the running stack. It is a secret output: it has the registry's
 * logins, and is a map of the host.
 */
export const scanAccessSchema = z.strictObject({
    /** `PROJECT/STACK`, which the host belongs to. */
    owner: word,
    /** The program on the host that runs the scripts there. */
    runner: word,
    /** The host, as the `ssh` program reaches it. */
    host: z.strictObject({
        address: word,
        port: z.int(),
        user: word,
        /** File with the private key, absolute or from the checkout's folder. */
        privateKeyFile: word,
        hostKey: word,
    }),
    registry: z.strictObject({
        /** `ADDRESS:PORT`, for the host's engine. */
        server: word,
        /** `NAME:PORT` on the network of the scans. */
        internalServer: word,
        /** Volume with the registry's data. */
        volume: word,
        username: word,
        /** Secret. */
        password: word,
    }),
    clair: z.strictObject({
        /** Id of the image that holds clairctl. */
        image: word,
        network: word,
        configFile: word,
        caFile: word,
        caFolders: word,
        uid: z.int(),
        url: word,
        /** Name of Clair's container. */
        containerName: word,
        /** config.json of a Docker client that may pull from the registry; secret. */
        clientConfig: word,
    }),
    /** Names of the containers that have to run. */
    containers: z.array(word).min(1),
    /** What prove-advisories.sh asks for. */
    data: z.strictObject({
        container: word,
        database: word,
        minimumAdvisories: z.int(),
        maximumAgeDays: z.int(),
        expectedUpdaters: z.array(word),
    }),
    /** The settings `portcullis:scan` of the last `up`; the schema of the settings reads them. */
    scan: z.record(z.string(), z.unknown()),
    /** What somebody accepts in an image without a verdict, by the image's repository in the registry. */
    accept: z.record(
        z.string(),
        z.array(
            z.strictObject({ what: z.string(), owner: z.string(), reason: z.string(), until: z.string() }),
        ),
    ),
});

export type ScanAccess = z.infer<typeof scanAccessSchema>;

import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config/schema";
import type { ScanAccess } from "../../outputs/scan-access";
import type { Engine } from "../engine";
import type { Registry } from "../registry";
import type { Scanner } from "../scanner";
import { toolkitFolder } from "../toolkit/scripts";
import type { ImageToScan } from ".";

interface ScanAccessArgs {
    readonly engine: Pick<Engine, "connection">;
    readonly registry: Pick<Registry, "server" | "internalServer" | "volume" | "user" | "containerName">;
    readonly scanner: Pick<Scanner, "access" | "proven" | "containerNames">;
    readonly settings: Pick<Settings, "scan" | "scanner">;
    readonly images: readonly Pick<ImageToScan, "repository" | "accept">[];
}

/** What `portcullis scan` needs of the running stack; secret. */
export function scanAccess({
    engine,
    registry,
    scanner,
    settings,
    images,
}: ScanAccessArgs): pulumi.Output<unknown> {
    const { address, port, user, privateKeyFile, hostKey } = engine.connection;
    const { minimumAdvisories, maximumAgeDays, expectedUpdaters } = settings.scanner;
    const { access, proven } = scanner;
    const { server, internalServer, user: pusher, volume } = registry;
    return pulumi.secret(
        pulumi
            .all([
                access.image,
                access.network,
                access.clientConfig,
                proven.container,
                volume.name,
                pusher.password,
                pulumi.all([registry.containerName, ...scanner.containerNames]),
            ])
            .apply(
                ([
                    image,
                    network,
                    clientConfig,
                    container,
                    volumeName,
                    password,
                    containers,
                ]): ScanAccess => ({
                    owner: `${pulumi.getProject()}/${pulumi.getStack()}`,
                    runner: `${toolkitFolder}/run.sh`,
                    host: { address, port, user, privateKeyFile, hostKey },
                    registry: {
                        server,
                        internalServer,
                        volume: volumeName,
                        username: pusher.name,
                        password,
                    },
                    clair: {
                        image,
                        network,
                        configFile: access.configFile,
                        caFile: access.caFile,
                        caFolders: access.caFolders,
                        uid: access.uid,
                        url: access.url,
                        containerName: access.containerName,
                        clientConfig,
                    },
                    containers,
                    data: {
                        container,
                        database: proven.database,
                        minimumAdvisories,
                        maximumAgeDays,
                        expectedUpdaters,
                    },
                    scan: { ...settings.scan },
                    accept: Object.fromEntries(
                        images
                            .filter(({ accept }) => accept.length > 0)
                            .map(({ repository, accept }) => [repository, [...accept]]),
                    ),
                }),
            ),
    );
}

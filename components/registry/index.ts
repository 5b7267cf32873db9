import * as pulumi from "@pulumi/pulumi";
import { healthPort, type Settings } from "../../config/schema";
import { Certificates } from "../certificates";
import { declaredTogether, type DeclaredItems } from "../declared";
import { HardenedContainer } from "../container";
import { firstUnprivilegedPort } from "../container/arguments";
import type { Engine } from "../engine";
import { declaredFiles, placeFile, type PlacedFile } from "../file";
import type { EngineImage } from "../image";
import { placeNetwork, type PlacedNetwork } from "../network";
import type { GeneratedSecrets } from "../secrets";
import { placeVolume, type PlacedVolume } from "../volume";
import type { RegistryAccess, RegistryUser } from "./access";
import { registryPaths, renderHtpasswd, renderRegistryConfig } from "./render";

/** Uid of the registry in its container. */
const registryUid = 1000;
const hostFolder = "/etc/portcullis/registry";
/** Name of the registry on the network that it shares with containers; `.internal` is reserved for private use. */
const internalName = "registry.portcullis.internal";
/** Port in the container where the published port is below 1024: some engines let only root serve such a port. */
const unprivilegedPort = 5000;

interface RegistryArgs {
    /** The engine that runs the registry; clients reach the registry at the address of this engine's host. */
    readonly engine: Engine;
    /** The seed of the registry's own secret. */
    readonly secrets: Pick<GeneratedSecrets, "seed">;
    readonly images: { readonly registry: EngineImage };
    /** Text put before the names of the container, the volume and the networks. */
    readonly prefix: string;
    readonly settings: Settings["registry"];
    /** All users who may log in; the component itself is the access of the first user. */
    readonly users: readonly [RegistryUser, ...RegistryUser[]];
}

/** The registry's files on the host, without the TLS files. */
interface RegistryFiles {
    readonly config: PlacedFile;
    readonly htpasswd: PlacedFile;
}

/** The parts that the registry's container is made of. */
interface RegistryParts {
    readonly certificates: Certificates;
    /** The network by which the port is published. */
    readonly published: PlacedNetwork;
    readonly volume: PlacedVolume;
    readonly files: RegistryFiles;
}

/** A private registry: TLS, htpasswd, its data on a volume, published on one address. */
export class Registry extends pulumi.ComponentResource implements RegistryAccess {
    /** `https://ADDRESS:PORT`. */
    readonly url: string;
    readonly server: string;
    readonly internalServer: string;
    readonly user: RegistryUser;
    readonly ca: PlacedFile;
    /** The CA's certificate, PEM. */
    readonly caCertificate: pulumi.Output<string>;
    readonly network: PlacedNetwork;
    readonly volume: PlacedVolume;
    readonly containerName: pulumi.Output<string>;
    /** The engine's id of the registry's container. */
    readonly containerIds: readonly pulumi.Output<string>[];
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;
    private readonly users: readonly RegistryUser[];

    constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:registry:Registry", name, {}, opts);
        const { engine, prefix, settings, users } = args;
        const port = containerPort(settings.port);
        this.server = `${args.engine.connection.address}:${settings.port}`;
        this.internalServer = `${internalName}:${port}`;
        this.url = `https://${this.server}`;
        this.users = users;
        this.user = users[0];
        const certificates = this.certify(name, args);
        this.ca = certificates.caFile;
        this.caCertificate = certificates.caCertificate;
        this.network = placeNetwork(`${name}-scan`, engine, { name: `${prefix}-scan`, internal: true }, this);
        const published = placeNetwork(
            `${name}-network`,
            engine,
            { name: `${prefix}-registry`, internal: false },
            this,
        );
        const volume = placeVolume(
            `${name}-data`,
            engine,
            { name: `${prefix}-registry`, uid: registryUid, retain: settings.retainVolume },
            this,
        );
        const files = this.files(name, args);
        const container = this.serve(name, args, { certificates, published, volume, files });
        this.declared = declaredTogether(
            certificates.declared,
            declaredFiles([files.config, files.htpasswd], hostFolder),
            container.declared,
            this.network.declared,
            published.declared,
            volume.declared,
        );
        this.containerName = container.containerName;
        this.containerIds = [container.containerId];
        this.volume = volume;
        this.ready = [...container.ready, certificates.trust];
        this.registerOutputs({ url: this.url, username: this.user.name });
    }

    /**
     * The same registry for another of its users.
     *
     * @throws Error where the registry has no such user
     */
    accessAs(name: string): RegistryAccess {
        const user = this.users.find((one) => one.name === name);
        if (user === undefined) {
            throw new Error(
                `${this.server}: the registry has no user ${name}; add it to the registry's users`,
            );
        }
        const { server, internalServer, ca, network, volume, ready } = this;
        return { server, internalServer, ca, network, volume, ready, user };
    }

    private certify(name: string, args: RegistryArgs): Certificates {
        return new Certificates(
            `${name}-certificates`,
            {
                engine: args.engine,
                names: [...new Set([args.engine.connection.address, ...args.settings.names, internalName])],
                trustedRegistry: this.server,
                folder: `${hostFolder}/tls`,
                serverUid: registryUid,
            },
            { parent: this },
        );
    }

    private files(name: string, { engine, settings, secrets, users }: RegistryArgs): RegistryFiles {
        const place = (part: string, file: string, content: pulumi.Input<string>) =>
            placeFile(
                `${name}-${part}`,
                engine,
                { path: `${hostFolder}/${file}`, mode: "0400", owner: String(registryUid), content },
                this,
            );
        return {
            config: place(
                "config",
                "config.yml",
                secrets.seed.apply((seedPem) => renderRegistryConfig(containerPort(settings.port), seedPem)),
            ),
            htpasswd: place(
                "htpasswd",
                "htpasswd",
                pulumi
                    .output(users.map(({ name: user, hash }) => ({ name: user, hash })))
                    .apply(renderHtpasswd),
            ),
        };
    }

    private serve(
        name: string,
        args: RegistryArgs,
        { certificates, published, volume, files }: RegistryParts,
    ): HardenedContainer {
        const { settings } = args;
        const mounted: [PlacedFile, string][] = [
            [files.config, registryPaths.config],
            [files.htpasswd, registryPaths.htpasswd],
            [certificates.certificateFile, registryPaths.certificate],
            [certificates.keyFile, registryPaths.key],
        ];
        return new HardenedContainer(
            `${name}-service`,
            {
                engine: args.engine,
                after: [volume.owned],
                containerName: `${args.prefix}-registry`,
                role: "registry",
                image: args.images.registry.imageId,
                uid: registryUid,
                entryPoint: ["registry", "serve", registryPaths.config],
                limits: { memoryMegabytes: settings.memoryMegabytes, cpus: 1, pids: 128 },
                healthCheck: {
                    test: { shell: `wget -q -O /dev/null http://127.0.0.1:${healthPort}/debug/health` },
                    startSeconds: 10,
                    intervalSeconds: 5,
                },
                networks: [
                    { name: published.name, aliases: ["registry"] },
                    { name: this.network.name, aliases: [internalName] },
                ],
                ports: [
                    {
                        port: settings.port,
                        address: settings.listenAddress ?? args.engine.connection.address,
                        containerPort: containerPort(settings.port),
                    },
                ],
                mounts: [
                    ...mounted.map(([file, target]) => ({
                        type: "bind" as const,
                        source: file.path,
                        target,
                    })),
                    { type: "volume", source: volume.name, target: registryPaths.data, readOnly: false },
                ],
                scratch: { "/tmp": 16 },
                environment: { OTEL_TRACES_EXPORTER: "none" },
                configDigests: [...mounted.map(([file]) => file.digest), volume.identity],
            },
            { parent: this },
        );
    }
}

function containerPort(published: number): number {
    return published < firstUnprivilegedPort ? unprivilegedPort : published;
}

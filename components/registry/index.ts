import * as pulumi from "@pulumi/pulumi";
import { healthPort, type Settings } from "../../config/schema";
import { Certificates } from "../certificates";
import { declaredTogether, type DeclaredItems } from "../declared";
import { HardenedContainer } from "../container";
import type { Engine } from "../engine";
import { declaredFiles, placeFile, type PlacedFile } from "../file";
import type { EngineImage } from "../image";
import { placeNetwork, type PlacedNetwork } from "../network";
import type { GeneratedSecrets } from "../secrets";
import { placeVolume, type PlacedVolume } from "../volume";
import { registryPaths, renderDockerConfig, renderHtpasswd, renderRegistryConfig } from "./render";

/** Uid of the registry in its container. */
const registryUid = 1000;
const hostFolder = "/etc/portcullis/registry";
/** User by whom Clair pulls. */
const scannerUser = "scanner";
/** Name of the registry on the network that it shares with Clair; `.internal` is reserved for private use. */
export const internalName = "registry.portcullis.internal";

export interface RegistryArgs {
    readonly engine: Engine;
    readonly secrets: GeneratedSecrets;
    readonly image: EngineImage;
    /** Put before the names of the container, the volume and the network. */
    readonly prefix: string;
    /** The host's address, which clients use. */
    readonly address: string;
    readonly settings: Settings["registry"];
}

/** A private registry: TLS, htpasswd, its data on a volume, published on one address. */
export class Registry extends pulumi.ComponentResource {
    /** `https://ADDRESS:PORT`. */
    readonly url: string;
    /** `ADDRESS:PORT`, the first part of an image's reference. */
    readonly server: string;
    /** `NAME:PORT` on the network that it shares with Clair. */
    readonly internalServer: string;
    readonly username: string;
    /** Secret. */
    readonly password: pulumi.Output<string>;
    /** A Docker client's config.json for the user by whom Clair pulls; secret. */
    readonly scannerClientConfig: pulumi.Output<string>;
    readonly certificates: Certificates;
    /** Internal network of the registry and Clair. */
    readonly scanNetwork: PlacedNetwork;
    /** The engine's id of the registry's container. */
    readonly containerIds: readonly pulumi.Output<string>[];
    /** Done when the registry serves, and the host's engine trusts it. */
    readonly ready: readonly pulumi.Resource[];
    readonly declared: DeclaredItems;

    constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:registry:Registry", name, {}, opts);
        const { settings, secrets } = args;
        this.server = `${args.address}:${settings.port}`;
        this.internalServer = `${internalName}:${settings.port}`;
        this.url = `https://${this.server}`;
        this.username = settings.username;
        this.password = secrets.registryPassword;
        this.scannerClientConfig = secrets.scannerPassword.apply((password) =>
            renderDockerConfig(this.internalServer, scannerUser, password),
        );
        this.certificates = this.certify(name, args);
        const makeNetwork = (part: string, networkName: string, internal: boolean) =>
            placeNetwork(`${name}-${part}`, args.engine, { name: networkName, internal }, this);
        this.scanNetwork = makeNetwork("scan", `${args.prefix}-scan`, true);
        const network = makeNetwork("network", `${args.prefix}-registry`, false);
        const volume = placeVolume(
            `${name}-data`,
            args.engine,
            { name: `${args.prefix}-registry`, uid: registryUid, retain: args.settings.retainVolume },
            this,
        );
        const files = this.files(name, args);
        const container = this.serve(name, args, network, volume, files);
        this.declared = declaredTogether(
            this.certificates.declared,
            declaredFiles([files.config, files.htpasswd], hostFolder),
            container.declared,
            this.scanNetwork.declared,
            network.declared,
            volume.declared,
        );
        this.containerIds = [container.containerId];
        this.ready = [...container.ready, this.certificates.trust];
        this.registerOutputs({ url: this.url, username: this.username });
    }

    private certify(name: string, args: RegistryArgs): Certificates {
        return new Certificates(
            `${name}-certificates`,
            {
                engine: args.engine,
                names: [...new Set([args.address, ...args.settings.names, internalName])],
                trustedRegistry: this.server,
                folder: `${hostFolder}/tls`,
                serverUid: registryUid,
            },
            { parent: this },
        );
    }

    private files(name: string, args: RegistryArgs): { config: PlacedFile; htpasswd: PlacedFile } {
        const { seed, registryPassword, scannerPassword } = args.secrets;
        const users = pulumi
            .all([seed, registryPassword, scannerPassword])
            .apply(([seedPem, password, scanner]) =>
                renderHtpasswd(
                    [
                        { name: this.username, password },
                        { name: scannerUser, password: scanner },
                    ],
                    seedPem,
                ),
            );
        const place = (part: string, file: string, content: pulumi.Input<string>) =>
            placeFile(
                `${name}-${part}`,
                args.engine,
                { path: `${hostFolder}/${file}`, mode: "0400", owner: String(registryUid), content },
                this,
            );
        return {
            config: place(
                "config",
                "config.yml",
                seed.apply((seedPem) => renderRegistryConfig(args.settings.port, seedPem)),
            ),
            htpasswd: place("htpasswd", "htpasswd", users),
        };
    }

    private serve(
        name: string,
        args: RegistryArgs,
        network: PlacedNetwork,
        data: PlacedVolume,
        files: { config: PlacedFile; htpasswd: PlacedFile },
    ): HardenedContainer {
        const { settings } = args;
        const mounted: [PlacedFile, string][] = [
            [files.config, registryPaths.config],
            [files.htpasswd, registryPaths.htpasswd],
            [this.certificates.certificateFile, registryPaths.certificate],
            [this.certificates.keyFile, registryPaths.key],
        ];
        return new HardenedContainer(
            `${name}-service`,
            {
                engine: args.engine,
                after: [data.owned],
                containerName: `${args.prefix}-registry`,
                role: "registry",
                image: args.image.imageId,
                uid: registryUid,
                entryPoint: ["registry", "serve", registryPaths.config],
                limits: { memoryMegabytes: settings.memoryMegabytes, cpus: 1, pids: 128 },
                healthCheck: {
                    test: { shell: `wget -q -O /dev/null http://127.0.0.1:${healthPort}/debug/health` },
                    startSeconds: 10,
                    intervalSeconds: 5,
                },
                networks: [
                    { name: network.name, aliases: ["registry"] },
                    { name: this.scanNetwork.name, aliases: [internalName] },
                ],
                ports: [{ port: settings.port, address: settings.listenAddress ?? args.address }],
                mounts: [
                    ...mounted.map(([file, target]) => ({
                        type: "bind" as const,
                        source: file.path,
                        target,
                    })),
                    { type: "volume", source: data.name, target: registryPaths.data, readOnly: false },
                ],
                scratch: { "/tmp": 16 },
                environment: { OTEL_TRACES_EXPORTER: "none" },
                configDigests: mounted.map(([file]) => file.digest),
            },
            { parent: this },
        );
    }
}

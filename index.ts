import * as pulumi from "@pulumi/pulumi";
import { HostAudit } from "./components/audit";
import { GeneratedSecrets } from "./components/secrets";
import { HardenedHost } from "./components/host";
import { ImageScans } from "./components/scan";
import { Registry } from "./components/registry";
import { Scanner } from "./components/scanner";
import { imagesToScan, stackImages } from "./components/stack-images";
import { loadSettings } from "./config";

// Settings: all of them are checked before the first resource is registered.
const loaded = loadSettings();
const { settings, connection, reportFolder } = loaded;

// Components.
const host = new HardenedHost("host", {
    connection,
    engine: settings.engine,
    authorizationPlugin: loaded.authorizationPlugin,
    audit: settings.audit,
    rescan: settings.scan.rescan,
});
const secrets = new GeneratedSecrets("secrets", { registryPassword: loaded.registryPassword });
const images = stackImages(loaded, host.engine);
const place = { engine: host.engine, prefix: settings.name };
const privateRegistry = new Registry("registry", {
    ...place,
    secrets,
    image: images.registry,
    address: settings.host.address,
    settings: settings.registry,
});
const clair = new Scanner("scanner", {
    ...place,
    secrets,
    registry: privateRegistry,
    postgresImage: images.postgres,
    clairImage: images.clair,
    settings: settings.scanner,
    advisories: loaded.advisories,
    rescan: settings.scan.rescan,
});
const imageScans = new ImageScans("scans", {
    engine: host.engine,
    registry: privateRegistry,
    scanner: clair,
    images: imagesToScan(loaded, host.engine, images),
    settings: settings.scan,
    reportFolder,
});
const stack = { host, parts: [privateRegistry, clair], after: imageScans };
const audits = new HostAudit("audit", {
    ...stack,
    prefix: settings.name,
    settings: settings.audit,
    reportFolder,
});

// Outputs.
export const dockerHost = host.dockerHost;
export const engine = host.facts;
export const usernsProof = host.usernsProof;
export const registryUrl = privateRegistry.url;
export const caCertificate = privateRegistry.certificates.caCertificate;
export const registryUsername = privateRegistry.username;
export const registryPassword = privateRegistry.password;
export const scanner = clair.advisories;
export const scans = imageScans.results;
export const audit = audits.result;
/** Long, and a map of the host: kept out of what each \`up\` prints. */
export const declared = pulumi.secret(audits.declaration);

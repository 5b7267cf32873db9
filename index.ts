import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecrets, HardenedHost, HostAudit, ImageScans, Registry, Scanner, lookAt } from "./components";
import { imagesToScan, registryUsers, scannerUser, stackImages } from "./components/stack";
import { loadSettings } from "./config";

// Settings: all of them are checked before the first resource is registered.
const loaded = loadSettings();
const { settings, connection, authorizationPlugin, advisories, reportFolder } = loaded;

// Components.
const secrets = new GeneratedSecrets("secrets", { registryPassword: loaded.registryPassword });
const look = lookAt(connection);
const host = new HardenedHost("host", {
    connection,
    presence: look,
    stateId: secrets.stateId,
    engine: settings.engine,
    authorizationPlugin,
    audit: settings.audit,
    rerun: settings.scan.rescan,
});
const images = stackImages(loaded, host.engine);
const stack = { engine: host.engine, prefix: settings.name, secrets, images, reportFolder };
const registry = new Registry("registry", {
    ...stack,
    settings: settings.registry,
    users: registryUsers(settings.registry.username, secrets),
});
const imageScanner = new Scanner("scanner", {
    ...stack,
    registry: registry.accessAs(scannerUser),
    settings: settings.scanner,
    advisories,
    rescan: settings.scan.rescan,
});
const imageScans = new ImageScans("scans", {
    ...stack,
    registry,
    scanner: imageScanner,
    images: imagesToScan(loaded, host.engine, images),
    settings: settings.scan,
});
const hostAudit = new HostAudit("audit", {
    ...stack,
    host,
    parts: [registry, imageScanner],
    after: imageScans,
    settings: settings.audit,
});

// Outputs. The last two are long, and a map of the host: as secrets they are kept out of what each `up` prints.
export const dockerHost = host.dockerHost;
export const engine = host.facts;
export const usernsProof = host.usernsProof;
export const registryUrl = registry.url;
export const caCertificate = registry.caCertificate;
export const registryUsername = registry.user.name;
export const registryPassword = registry.user.password;
export const scanner = imageScanner.advisories;
export const scans = imageScans.results;
export const audit = hostAudit.result;
export const declared = pulumi.secret(hostAudit.declaration);
export const presence = pulumi.secret(look.remembered());

import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecrets, HardenedHost, HostAudit, ImageScans, Registry, Scanner } from "./components";
import { imagesToScan, stackImages } from "./components/stack-images";
import { registryUsers, scannerUser } from "./components/stack-users";
import { loadSettings } from "./config";

// Settings: all of them are checked before the first resource is registered.
const loaded = loadSettings();
const { settings, connection, authorizationPlugin, advisories, reportFolder } = loaded;

// Components.
const host = new HardenedHost("host", {
    connection,
    engine: settings.engine,
    authorizationPlugin,
    audit: settings.audit,
    rerun: settings.scan.rescan,
});
const secrets = new GeneratedSecrets("secrets", { registryPassword: loaded.registryPassword });
const images = stackImages(loaded, host.engine);
const stack = { engine: host.engine, prefix: settings.name, secrets, images, reportFolder };
const registry = new Registry("registry", {
    ...stack,
    address: settings.host.address,
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

// Outputs. What is declared is long, and a map of the host: as a secret it is kept out of what each `up` prints.
export const { dockerHost, facts: engine, usernsProof } = host;
export const { url: registryUrl, caCertificate } = registry;
export const { name: registryUsername, password: registryPassword } = registry.user;
export const { advisories: scanner } = imageScanner;
export const { results: scans } = imageScans;
export const { result: audit } = hostAudit;
export const declared = pulumi.secret(hostAudit.declaration);

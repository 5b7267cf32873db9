import * as pulumi from "@pulumi/pulumi";
import {
    GeneratedSecrets,
    HardenedHost,
    HostAudit,
    ImageScans,
    lookAt,
    Registry,
    scanAccess,
    Scanner,
} from "./components";
import { imagesToScan, registryUsers, scannerUser, stackImages, updaterAccess } from "./components/stack";
import { loadSettings } from "./config";

export = async () => {
    // Settings, and a look at the host: all is checked before the first step on it. The secrets need no host.
    const loaded = loadSettings();
    const { settings, connection, authorizationPlugin, advisories, lists, reportFolder } = loaded;
    const looking = lookAt(loaded);
    const secrets = new GeneratedSecrets("secrets", { registryPassword: loaded.registryPassword });
    const users = registryUsers(settings.registry.username, secrets);
    const presence = await looking;

    // Components.
    const { stateId } = secrets;
    const { engine, audit: auditSettings, scan } = settings;
    const { rescan } = scan;
    const hostArgs = { connection, presence, stateId, engine, authorizationPlugin, audit: auditSettings };
    const host = new HardenedHost("host", { ...hostArgs, rerun: rescan });
    const images = stackImages(loaded, host.engine);
    const stack = { engine: host.engine, prefix: settings.name, secrets, images, reportFolder };
    const registry = new Registry("registry", { ...stack, settings: settings.registry, users });
    const access = registry.accessAs(scannerUser);
    const updaters = updaterAccess(loaded);
    const scannerArgs = { registry: access, settings: settings.scanner, updaters, advisories, rescan };
    const scanner = new Scanner("scanner", { ...stack, ...scannerArgs });
    const toScan = imagesToScan(loaded, host.engine, images);
    const scanArgs = { registry, scanner, images: toScan, settings: scan, lists };
    const scans = new ImageScans("scans", { ...stack, ...scanArgs });
    const parts = { parts: [registry, scanner], after: scans };
    const audit = new HostAudit("audit", { ...stack, host, ...parts, settings: auditSettings });

    // Outputs. The last three are long, and a map of the host: as secrets they are kept out of what each `up` prints.
    return {
        dockerHost: host.dockerHost,
        engine: host.facts,
        usernsProof: host.usernsProof,
        registryUrl: registry.url,
        caCertificate: registry.caCertificate,
        registryUsername: registry.user.name,
        registryPassword: registry.user.password,
        scanner: scanner.advisories,
        scans: scans.results,
        audit: audit.result,
        scanAccess: scanAccess({ engine: host.engine, registry, scanner, settings, images: toScan }),
        declared: pulumi.secret(audit.declaration),
        presence: pulumi.secret(presence.remembered()),
    };
};

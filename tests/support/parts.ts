import * as pulumi from "@pulumi/pulumi";
import { EngineImage, type ImageOrigin } from "../../components/image";
import { Registry } from "../../components/registry";
import { ImageScans } from "../../components/scan";
import { Scanner } from "../../components/scanner";
import { GeneratedSecrets } from "../../components/secrets";
import { registryUsers, scannerUser } from "../../components/stack";
import type { ListFiles } from "../../scan/lists";
import { someEngine, someSettings } from "./host";

/** An archive that does not exist. */
export const archive = { file: "archives/app.tar.gz", sha256: "c".repeat(64) };

/** A registry, and the components that the registry needs. */
export function parts(change: Record<string, unknown> = {}) {
    const settings = someSettings(change);
    const engine = someEngine();
    const secrets = new GeneratedSecrets("secrets");
    const image = (name: string) => new EngineImage(name, { engine, origin: { archive } });
    const registry = new Registry("registry", {
        engine,
        prefix: "p",
        secrets,
        images: { registry: image("registry-image") },
        settings: settings.registry,
        users: registryUsers(settings.registry.username, secrets),
    });
    return { settings, engine, secrets, image, registry };
}

/** Registry, scanner and scans of one image. @param origin of that image */
export function wholeStack(
    change: Record<string, unknown> = {},
    offline = true,
    lists?: ListFiles,
    origin: ImageOrigin = { archive },
) {
    const { settings, engine, secrets, image, registry } = parts(change);
    const scanner = new Scanner("scanner", {
        engine,
        secrets,
        registry: registry.accessAs(scannerUser),
        prefix: "p",
        images: { postgres: image("postgres-image"), clair: image("clair-image") },
        settings: settings.scanner,
        updaters: {
            proxy: settings.scanner.proxy === undefined ? undefined : pulumi.secret(settings.scanner.proxy),
            noProxy: settings.scanner.noProxy,
            certificates: settings.scanner.caFile,
        },
        advisories: offline ? { file: "advisories.json.gz", sha256: "d".repeat(64), reload: "" } : undefined,
    });
    const app = new EngineImage("app", { engine, origin });
    const images = [{ repository: "team/app", tag: "1", image: app, enforce: true, accept: [] }];
    const scans = new ImageScans("scans", {
        engine,
        registry,
        scanner,
        images,
        settings: settings.scan,
        lists,
        reportFolder: "reports/test",
    });
    return { secrets, registry, scanner, scans };
}

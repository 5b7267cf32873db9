import * as YAML from "yaml";
import { healthPort } from "../../config/schema";
import { deriveBytes } from "../secrets/derive";

/** Where the registry's container finds its files. */
export const registryPaths = {
    config: "/etc/portcullis/config.yml",
    htpasswd: "/etc/portcullis/htpasswd",
    certificate: "/etc/portcullis/tls/server.crt",
    key: "/etc/portcullis/tls/server.key",
    data: "/var/lib/registry",
} as const;

/**
 * Renders the configuration of distribution (v2.8 and v3 read the same keys).
 *
 * @param port TCP port in the container
 * @param seedPem the stack's seed, for `http.secret` (it signs the state of uploads)
 */
export function renderRegistryConfig(port: number, seedPem: string): string {
    return YAML.stringify({
        version: "0.1",
        log: { level: "info", formatter: "json", fields: { service: "registry" } },
        storage: {
            filesystem: { rootdirectory: registryPaths.data },
            delete: { enabled: true },
            // No cache of what is stored: the registry would go on answering for images that are gone from the disk.
            // The purge of abandoned uploads walks the whole store; a week is the project's own default.
            maintenance: { uploadpurging: { enabled: true, age: "168h", interval: "24h", dryrun: false } },
        },
        http: {
            addr: `:${port}`,
            secret: deriveBytes(seedPem, "registry http secret", 24).toString("base64url"),
            tls: { certificate: registryPaths.certificate, key: registryPaths.key, minimumtls: "tls1.2" },
            headers: { "X-Content-Type-Options": ["nosniff"] },
            debug: { addr: `127.0.0.1:${healthPort}` },
        },
        auth: { htpasswd: { realm: "Portcullis registry", path: registryPaths.htpasswd } },
        health: { storagedriver: { enabled: true, interval: "30s", threshold: 3 } },
    });
}

/** Renders an htpasswd file: bcrypt only, as distribution wants it. */
export function renderHtpasswd(users: readonly { readonly name: string; readonly hash: string }[]): string {
    return users.map(({ name, hash }) => `${name}:${hash}\n`).join("");
}

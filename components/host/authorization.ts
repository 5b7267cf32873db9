import type { DeclaredItem } from "../../declaration";
import type { EngineSettings } from "../../config/schema";

/** Name of our plugin, and of its socket under /run/docker/plugins. */
const pluginName = "portcullis-authorization";

/** The folder on the host that holds the plugin's program, and nothing else. */
const folder = `/usr/local/lib/${pluginName}`;

/** The folders from which systemd would take changes of the plugin's units. */
const dropIns = ["/etc", "/run"].flatMap((root) =>
    [`${pluginName}.service`, `${pluginName}.socket`, "portcullis-.service", "portcullis-.socket"].map(
        (unit) => `${root}/systemd/system/${unit}.d`,
    ),
);

/** The folder of the engine's data; nothing of this folder may be mounted into a container. */
export function dataRoot({ settings }: EngineSettings): string {
    const root = settings["data-root"];
    return typeof root === "string" ? root : "/var/lib/docker";
}

/**
 * The keys of daemon.json that put the engine under the plugin. A build by BuildKit may ask for the host's network and
 * for no confinement in a stream that no plugin sees: the engine itself has to refuse such a build.
 */
export function authorizationKeys({
    authorizationPlugin,
    settings,
}: EngineSettings): Record<string, unknown> {
    if (authorizationPlugin === undefined) {
        return {};
    }
    const { builder } = settings;
    const isObject = typeof builder === "object" && builder !== null && !Array.isArray(builder);
    const others = Object.entries(isObject ? builder : {}).filter(
        ([key]) => key.toLowerCase() !== "entitlements",
    );
    return {
        "authorization-plugins": [pluginName], // CIS 2.12
        builder: {
            ...Object.fromEntries(others),
            Entitlements: { "network-host": false, "security-insecure": false },
        },
    };
}

/** The required state of the plugin's files: the engine obeys their program. @param files path → SHA-256 */
export function declaredAuthorization(
    resource: string,
    files: Readonly<Record<string, string>>,
): DeclaredItem[] {
    const items = Object.entries(files).map(([path, sha256]): DeclaredItem => {
        const mode = path.startsWith(`${folder}/`) && !path.endsWith(".json") ? "0755" : "0644";
        return { kind: "file", resource, path, uid: 0, gid: 0, mode, sha256 };
    });
    const absent = dropIns.map((path): DeclaredItem => ({ kind: "absent", resource, path }));
    return [...items, { kind: "folder", resource, path: folder }, ...absent];
}

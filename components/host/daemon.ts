import type { EngineSettings } from "../../config/schema";
import { authorizationKeys } from "./authorization";

/**
 * Renders daemon.json: user namespaces, no traffic between containers of the default bridge, and the other settings
 * of section 2 of the CIS Docker Benchmark that a single host can have.
 * Keys are sorted: the same settings always give the same bytes.
 */
export function renderDaemonJson(settings: EngineSettings): string {
    const rotation = { "max-size": settings.logMaxSize, "max-file": String(settings.logMaxFiles) };
    const hardened = {
        "userns-remap": "default", // CIS 2.9
        icc: false, // CIS 2.2
        "live-restore": true, // CIS 2.15
        "userland-proxy": false, // CIS 2.16
        "no-new-privileges": true, // CIS 2.14
        "log-level": "info", // CIS 2.3
        "log-driver": settings.logDriver,
        ...(settings.logDriver === "local" ? { "log-opts": rotation } : {}),
        "default-ulimits": {
            // CIS 2.8
            nofile: { Name: "nofile", Soft: settings.openFiles.soft, Hard: settings.openFiles.hard },
            nproc: { Name: "nproc", Soft: settings.processes.soft, Hard: settings.processes.hard },
        },
        ...authorizationKeys(settings),
    };
    const merged: [string, unknown][] = Object.entries({ ...settings.settings, ...hardened });
    merged.sort(([a], [b]) => (a < b ? -1 : 1));
    return `${JSON.stringify(Object.fromEntries(merged), null, 2)}\n`;
}

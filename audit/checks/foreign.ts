/**
 * Compares the engine that answers with the engine whose process, settings and files were read. The latter is root's
 * Docker Engine, as Docker and distributions install it.
 */
import type { HostFacts } from "../facts";
import { securityOption } from "./daemon";

/** The reason why the engine's answers are not judged as Docker Engine's; undefined: the engine is Docker Engine. */
export function otherProduct({ engine: { components } }: HostFacts): string | undefined {
    if (components === undefined) {
        return "the engine does not tell which product it is (GET /version)";
    }
    return components.includes("Engine")
        ? undefined
        : `the engine is no Docker Engine (${components.join(", ")})`;
}

/** The reason why the process, settings and files that were read are not the engine's; undefined: they are. */
export function otherDaemon(facts: HostFacts): string | undefined {
    const { engine, daemon } = facts;
    const product = otherProduct(facts);
    if (product !== undefined) {
        return product;
    }
    if (securityOption(engine.securityOptions, "rootless") !== undefined) {
        return "the engine is rootless: its settings and files are its user's, and root's were read";
    }
    return engine.rootDir.startsWith("/var/snap/") || daemon.command[0]?.startsWith("/snap/") === true
        ? "the engine is a snap: its settings and files lie under /var/snap, and those under /etc were read"
        : undefined;
}

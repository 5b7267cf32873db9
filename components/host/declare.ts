import { z } from "zod";
import type { DeclaredItem } from "../../declaration";
import { auditRulesFile } from "./audit-rules";
import type { HostFacts } from "../../outputs/host";

/** The path of daemon.json. */
const path = "/etc/docker/daemon.json";

const daemonSchema = z
    .record(z.string(), z.json())
    .and(z.object({ "log-driver": z.string(), "live-restore": z.boolean() }));

/** The resources of a hardened host that put something there. */
interface HostResources {
    readonly daemon: string;
    readonly auditRules: string;
}

/** The texts that the steps put on the host, and the facts that they report of it. */
interface HostInputs {
    /** The text of daemon.json. */
    readonly daemonJson: string;
    /** The text of the audit rules. */
    readonly auditRules: string;
    readonly facts: HostFacts;
}

/** The required state of the engine's configuration, its ids and the audit rules. */
export function declaredHost(
    resources: HostResources,
    { daemonJson, auditRules, facts }: HostInputs,
): DeclaredItem[] {
    const settings = daemonSchema.parse(JSON.parse(daemonJson));
    const { rootDir, remap } = facts;
    const resource = resources.daemon;
    const range = { kind: "idRange", resource, user: remap.user, count: remap.size } as const;
    return [
        { kind: "daemon", resource, path, settings },
        { kind: "file", resource, path, uid: 0, gid: 0, mode: "0644" },
        {
            kind: "engine",
            resource,
            rootDir,
            loggingDriver: settings["log-driver"],
            liveRestore: settings["live-restore"],
        },
        { ...range, path: "/etc/subuid", first: remap.uid },
        { ...range, path: "/etc/subgid", first: remap.gid },
        ...declaredRules(resources.auditRules, auditRules, facts.auditRules.rules),
    ];
}

/** No rules are declared where the kernel takes none. */
function declaredRules(resource: string, text: string, count: number): DeclaredItem[] {
    const rules = text.split("\n").filter((line) => line !== "");
    return count === 0
        ? []
        : [
              {
                  kind: "auditRules",
                  resource,
                  path: auditRulesFile,
                  rules,
                  count,
              },
              { kind: "file", resource, path: auditRulesFile, uid: 0, gid: 0, mode: "0640" },
          ];
}

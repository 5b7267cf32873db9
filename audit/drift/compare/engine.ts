/** daemon.json, and those of its settings that the running engine has taken. */
import { z } from "zod";
import { AuditError } from "../../error";
import type { Declaration, Declared } from "../../../declaration";
import { differences, type DriftFinding, type Value } from "../finding";
import type { LiveHost } from "../live";
import { putBack, upCommand } from "../remedy";

/** Where a key that somebody needs belongs: an `up` takes all others away. */
const ownKeys = "a key that you need belongs under portcullis:engine.settings";

const settingsSchema = z.record(z.string(), z.json());

/** @throws AuditError where the file is no JSON object: the engine would not start with it either */
function settingsOf(path: string, text: string, stack: string): z.infer<typeof settingsSchema> {
    try {
        return settingsSchema.parse(JSON.parse(text));
    } catch {
        throw new AuditError(
            `audit: ${path} cannot be compared: it is no JSON object; put it back: ${upCommand(stack)}`,
        );
    }
}

export function compareDaemon(
    item: Declared<"daemon">,
    host: LiveHost,
    { stack }: Declaration,
): DriftFinding[] {
    const about = {
        subject: item.path,
        resource: item.resource,
        remedy: putBack(stack),
    };
    return host.daemonConfig === undefined
        ? [{ ...about, problem: "missing", key: "" }]
        : differences(about, item.settings, settingsOf(item.path, host.daemonConfig, stack))
              .map(withoutSecrets)
              .map((finding) =>
                  finding.problem === "unexpected"
                      ? { ...finding, remedy: `${about.remedy}; ${ownKeys}` }
                      : finding,
              );
}

/** Hides values: an undeclared value may be a secret, and so may a proxy's address. The key is still told. */
function withoutSecrets(finding: DriftFinding): DriftFinding {
    const isSecret = finding.problem === "unexpected" || finding.key.split(".")[0] === "proxies";
    const shown = (value: Value | undefined): Value | undefined =>
        isSecret && value !== undefined ? "(not shown)" : value;
    return { ...finding, declared: shown(finding.declared), live: shown(finding.live) };
}

export function compareEngine(item: Declared<"engine">, { engine }: LiveHost): DriftFinding[] {
    const about = {
        subject: "running engine",
        resource: item.resource,
        remedy: "restart it on the host, as it runs with other settings than its daemon.json has: systemctl restart docker",
    };
    const { rootDir, loggingDriver, liveRestore } = item;
    return differences(
        about,
        { rootDir, loggingDriver, liveRestore },
        { rootDir: engine.rootDir, loggingDriver: engine.loggingDriver, liveRestore: engine.liveRestore },
    );
}

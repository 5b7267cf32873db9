/** daemon.json, and those of its settings that the running engine has taken. */
import { z } from "zod";
import { AuditError } from "../../error";
import type { Declared } from "../../../declaration";
import { differences, type DriftFinding, type Value } from "../finding";
import type { LiveHost } from "../live";

const settingsSchema = z.record(z.string(), z.json());

/** @throws AuditError where the file is no JSON object: the engine would not start with it either */
function settingsOf(path: string, text: string): z.infer<typeof settingsSchema> {
    try {
        return settingsSchema.parse(JSON.parse(text));
    } catch {
        throw new AuditError(
            `audit: ${path} cannot be compared: it is no JSON object; correct it on the host`,
        );
    }
}

export function compareDaemon(item: Declared<"daemon">, host: LiveHost): DriftFinding[] {
    const about = {
        subject: item.path,
        resource: item.resource,
        remedy: `put it back in ${item.path} and restart docker, or declare it under portcullis:engine`,
    };
    return host.daemonConfig === undefined
        ? [{ ...about, problem: "missing", key: "" }]
        : differences(about, item.settings, settingsOf(item.path, host.daemonConfig)).map(withoutSecrets);
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
        remedy: "restart docker: what it runs with is not what its daemon.json was declared to say",
    };
    const { rootDir, loggingDriver, liveRestore } = item;
    return differences(
        about,
        { rootDir, loggingDriver, liveRestore },
        { rootDir: engine.rootDir, loggingDriver: engine.loggingDriver, liveRestore: engine.liveRestore },
    );
}

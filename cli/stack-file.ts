import * as fs from "node:fs";
import * as path from "node:path";
import * as YAML from "yaml";
import { z } from "zod";
import { auditSettingsSchema, type AuditSettings } from "../audit/settings";
import { settingsSchema } from "../config/schema";
import { readNamedFile } from "../text/read-file";
import { reasonOf } from "../text/reason";
import { publicKey, type SshConnection } from "../transport/connection";

const scanSchema = z.object({ reportFolder: z.string().default("reports") }).prefault({});

const stackFileSchema = z.object({
    config: z.object({
        "portcullis:host": z.object({
            address: z.string(),
            port: z.int().default(22),
            user: z.string().default("root"),
            privateKeyFile: z.string(),
            hostKey: z.string().optional(),
            hostKeyFile: z.string().optional(),
        }),
        "portcullis:name": settingsSchema.shape.name,
        "portcullis:audit": auditSettingsSchema.prefault({}),
        "portcullis:scan": scanSchema,
    }),
});

/** The part of a stack's settings that commands read without Pulumi: host, audit, and folder of reports. */
export interface StackFile {
    readonly connection: SshConnection;
    /** Text put before the names of the stack's containers. */
    readonly name: string;
    readonly audit: AuditSettings;
    /** Folder of the stack's reports. */
    readonly reportFolder: string;
}

/** A file's content; sections that were left empty are as those that are not there. @throws Error with line and column */
export function readYaml(file: string): unknown {
    try {
        const content: unknown = YAML.parse(
            fs.readFileSync(file, "utf8"),
            (_key, value: unknown) => value ?? undefined,
        );
        return content;
    } catch (error) {
        throw new Error(`${file} is no YAML: ${reasonOf(error).trim()}`, { cause: error });
    }
}

/**
 * The folder of a stack's reports; the default one where the stack has no settings any more.
 *
 * @param folder in which `Pulumi.STACK.yaml` is, and where its relative paths start
 * @throws Error where the file is there and is no YAML, or does not fit
 */
export function reportFolderOf(stack: string, folder: string): string {
    const file = path.resolve(folder, `Pulumi.${stack}.yaml`);
    const schema = z.object({ config: z.object({ "portcullis:scan": scanSchema }).prefault({}) });
    const parsed = schema.safeParse(fs.existsSync(file) ? (readYaml(file) ?? {}) : {});
    if (!parsed.success) {
        throw new Error(`${file} names no folder of reports: ${z.prettifyError(parsed.error)}`);
    }
    return path.resolve(folder, parsed.data.config["portcullis:scan"].reportFolder, stack);
}

function readHostKey(settings: string, file: string): string {
    // The lab puts the keys of a host into this folder, and takes the keys away with the host.
    const remedy = file.includes("/.portcullis/hosts/")
        ? "there is no disposable host: run `make up`"
        : "correct portcullis:host.hostKeyFile";
    return readNamedFile(
        file,
        (reason, cause) =>
            new Error(`${remedy} (${settings}, portcullis:host.hostKeyFile: ${reason})`, { cause }),
    );
}

/**
 * Reads `Pulumi.STACK.yaml` without Pulumi.
 *
 * @param folder in which the file is, and where its relative paths start
 * @param settings another file than `Pulumi.STACK.yaml`
 * @throws Error where the file is missing or does not fit
 */
export function readStackFile(stack: string, folder: string, settings?: string): StackFile {
    const file = path.resolve(folder, settings ?? `Pulumi.${stack}.yaml`);
    if (!fs.existsSync(file)) {
        const remedy =
            stack === "dev" && settings === undefined
                ? "there is no disposable host: run `make up`"
                : "write the stack's settings there, as README.md says under `Your own host`";
        throw new Error(`there is no stack ${stack}: ${file} is missing; ${remedy}`);
    }
    const parsed = stackFileSchema.safeParse(readYaml(file));
    if (!parsed.success) {
        throw new Error(`${file} names no host that can be audited: ${z.prettifyError(parsed.error)}`);
    }
    const {
        "portcullis:host": host,
        "portcullis:name": name,
        "portcullis:audit": audit,
        "portcullis:scan": scan,
    } = parsed.data.config;
    const hostKey = host.hostKey ?? readHostKey(file, path.resolve(folder, host.hostKeyFile ?? ""));
    return {
        connection: {
            address: host.address,
            port: host.port,
            user: host.user,
            privateKeyFile: path.resolve(folder, host.privateKeyFile),
            hostKey: publicKey(hostKey),
        },
        name,
        audit,
        reportFolder: path.resolve(folder, scan.reportFolder, stack),
    };
}

import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Connection } from "./connection";
import {
    type AdvisoryArchive,
    readAdvisoryArchive,
    readArchiveIndex,
    readAuthorizationPlugin,
    type Archive,
    type ArchiveIndex,
} from "./archives";
import { parseSettings, SettingsError } from "./parse";
import { rawSettings } from "./raw";
import { readScanFiles } from "./scan-files";
import { hostKeyPattern, type Settings } from "./schema";
import { hasLogin, readCertificates } from "./updaters";
import type { ListFiles } from "../scan/lists";
import { readNamedFile } from "../text/read-file";

export { followedTags } from "./upstream";

const namespace = "portcullis";

/** All inputs of the program from outside. */
export interface LoadedSettings {
    readonly settings: Settings;
    readonly connection: Connection;
    /** The user's own registry password, if one is configured; secret. */
    readonly registryPassword: pulumi.Output<string> | undefined;
    /** SHA-256 of each archive in `archiveFolder`; empty without one. */
    readonly archives: ArchiveIndex;
    /** Advisories to import, if an archive of them is configured. */
    readonly advisories: AdvisoryArchive | undefined;
    /** The files that rules of the scan's policy rest on, if any is configured. */
    readonly lists: ListFiles | undefined;
    /** URL of the proxy of Clair's updaters, if one is configured; secret. */
    readonly updatersProxy: pulumi.Output<string> | undefined;
    /** PEM of the CAs that Clair's updaters trust beside their own, if any is configured. */
    readonly updatersCertificates: string | undefined;
    /** The program of the authorization plugin, if it is configured. */
    readonly authorizationPlugin: Archive | undefined;
    /** Folder for this stack's reports, on the machine that runs Pulumi. */
    readonly reportFolder: string;
}

/** What holds a secret, with the key of the configuration that has to be secret for it, and the commands that set it and take it out. */
const secretSettings = (settings: Settings, stack: string) =>
    [
        {
            path: "registryPassword",
            how: "is",
            isSet: settings.registryPassword !== undefined,
            set: `./pulumiw config set --stack ${stack} --secret portcullis:registryPassword`,
            instead: `remove it to have one generated: \`./pulumiw config rm --stack ${stack} portcullis:registryPassword\``,
        },
        {
            path: "registryLogins",
            how: "is",
            isSet: Object.keys(settings.registryLogins).length > 0,
            set: `./pulumiw config set --stack ${stack} --secret --path 'portcullis:registryLogins["REGISTRY"].password'`,
            instead: `take all logins out: \`./pulumiw config rm --stack ${stack} portcullis:registryLogins\``,
        },
        {
            path: "scanner.proxy",
            how: "holds a login, and is",
            isSet: hasLogin(settings),
            set: `./pulumiw config set --stack ${stack} --secret --path portcullis:scanner.proxy`,
            instead: "take the login out of the URL",
        },
    ] as const;

function refusePlainSecrets(settings: Settings): void {
    const encrypted = z.array(z.string()).parse(JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]"));
    for (const { path: at, how, isSet, set, instead } of secretSettings(settings, pulumi.getStack())) {
        if (isSet && !encrypted.includes(`${namespace}:${at.replace(/\..*/, "")}`)) {
            throw new SettingsError(
                `portcullis:${at} ${how} stored in plain text in the stack's configuration: set it with \`${set}\`, or ${instead}`,
            );
        }
    }
}

/** Reads a file that a key names; relative paths start at the project's root. */
function readFileOfKey(key: string, file: string): string {
    return readNamedFile(
        path.resolve(file),
        (reason) =>
            new SettingsError(`portcullis:${key}: cannot read the file that this key names: ${reason}`),
    );
}

function hostKey(settings: Settings): string {
    const { hostKey: literal, hostKeyFile } = settings.host;
    const line = (literal ?? readFileOfKey("host.hostKeyFile", hostKeyFile ?? "")).trim();
    const [type, key] = line.split(/\s+/);
    if (type === undefined || key === undefined || !hostKeyPattern.test(`${type} ${key}`)) {
        throw new SettingsError(
            `portcullis:host.hostKeyFile: ${hostKeyFile ?? ""} holds no public key that can be pinned; expected a line \`ssh-ed25519 AAAA…\` (no ssh-rsa, with whose SHA-1 signatures no server answers)`,
        );
    }
    return `${type} ${key}`;
}

/**
 * Reads and checks the stack's whole configuration, and the files it names, before anything is registered.
 *
 * @throws pulumi.RunError, which is shown without a stack trace, naming every wrong key
 */
export function loadSettings(): LoadedSettings {
    try {
        return readSettings();
    } catch (error) {
        if (error instanceof SettingsError) {
            throw new pulumi.RunError(error.message);
        }
        throw error;
    }
}

function readSettings(): LoadedSettings {
    const settings = parseSettings(rawSettings(pulumi.runtime.allConfig(), namespace));
    refusePlainSecrets(settings);
    const { host, scanner } = settings;
    return {
        settings,
        connection: {
            address: host.address,
            port: host.port,
            user: host.user,
            privateKeyFile: host.privateKeyFile,
            privateKey: pulumi.secret(readFileOfKey("host.privateKeyFile", host.privateKeyFile)),
            hostKey: hostKey(settings),
        },
        registryPassword:
            settings.registryPassword === undefined ? undefined : pulumi.secret(settings.registryPassword),
        archives: readArchiveIndex(settings),
        advisories: readAdvisoryArchive(settings),
        lists: readScanFiles(settings),
        updatersProxy: scanner.proxy === undefined ? undefined : pulumi.secret(scanner.proxy),
        updatersCertificates:
            scanner.caFile === undefined
                ? undefined
                : readCertificates(settings, readFileOfKey("scanner.caFile", scanner.caFile), new Date()),
        authorizationPlugin: readAuthorizationPlugin(settings),
        reportFolder: `${settings.scan.reportFolder}/${pulumi.getStack()}`,
    };
}

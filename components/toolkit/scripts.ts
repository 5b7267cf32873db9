import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { quote } from "shell-quote";
import type { DeclaredItem } from "../../declaration";
import { sha256Of } from "../../text/sha256";

/** Folder on the host that holds our scripts. */
export const toolkitFolder = "/usr/local/lib/portcullis";

/** A script of `components/NAME/scripts/`. */
export interface Script {
    /** File name, e.g. `place-file.sh`. */
    readonly name: string;
    readonly text: string;
    /** A digest that changes with the script's text, and with the functions that all scripts share. */
    readonly digest: string;
}

const componentsFolder = path.dirname(__dirname);

/** The functions that all host scripts share, but for those that components add. */
const commonFile = path.join(__dirname, "scripts", "common.sh");

/** The frame of the shell text that puts all scripts on a host. */
const installerFile = path.join(__dirname, "scripts", "local", "install-toolkit.sh");

/** The form of a script's standard input; run.sh explains each. */
export type ScriptInput = "nothing" | "sealed" | "stream";

/** First 12 hex digits of a SHA-256: short, and fit for a comment of a command line. */
export function shortDigest(...parts: readonly string[]): string {
    const hash = crypto.createHash("sha256");
    for (const part of parts) {
        hash.update(part).update("\0");
    }
    return hash.digest("hex").slice(0, 12);
}

/**
 * All scripts that run on the host, sorted by name. Those under `local/` run where Pulumi runs and are left out; the
 * functions under `shared/` are added to common.sh, so that every script has them.
 *
 * @throws Error where two components have a script of the same name
 */
export function hostScripts(folder: string = componentsFolder): Script[] {
    const scripts = new Map<string, string>();
    const folders = scriptFolders(folder);
    const common = commonFunctions(folders);
    for (const file of folders.flatMap(shellFiles)) {
        const name = path.basename(file);
        if (scripts.has(name)) {
            throw new Error(`two components have a script called ${name}: rename one`);
        }
        scripts.set(name, file === commonFile ? common : fs.readFileSync(file, "utf8"));
    }
    return [...scripts]
        .map(([name, text]) => ({ name, text, digest: shortDigest(common, text) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A script that is sent to \`sh -s\` on the host, where our scripts may not lie yet: behind the functions of common.sh.
 *
 * @param component the component's folder
 * @param name the script's file, under \`scripts/local/\`
 */
export function localScript(component: string, name: string): string {
    const script = path.join(componentsFolder, component, "scripts", "local", name);
    return `${commonFunctions(scriptFolders(componentsFolder))}\n${fs.readFileSync(script, "utf8")}`;
}

function commonFunctions(folders: readonly string[]): string {
    return [fs.readFileSync(commonFile, "utf8"), ...folders.flatMap(sharedFunctions)].join("\n");
}

/** The folders `NAME/scripts` of components, sorted. */
function scriptFolders(folder: string): string[] {
    return fs
        .readdirSync(folder)
        .map((component) => path.join(folder, component, "scripts"))
        .filter((scriptFolder) => fs.existsSync(scriptFolder))
        .sort();
}

/** The shell files in a folder itself, sorted; none where there is no such folder. */
function shellFiles(folder: string): string[] {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return names
        .filter((name) => name.endsWith(".sh"))
        .sort()
        .map((name) => path.join(folder, name));
}

/** The functions that a component adds to common.sh, without the first line of each file, which names the shell. */
function sharedFunctions(scriptFolder: string): string[] {
    return shellFiles(path.join(scriptFolder, "shared")).map((file) =>
        fs.readFileSync(file, "utf8").replace(/^#!.*\n/, ""),
    );
}

/**
 * The shell text that installs the scripts, for the standard input of `sh -s` on the host: one here-document each.
 * The folder is replaced as a whole, so that no script of an earlier version stays.
 *
 * @param generation kept beside the scripts; see Presence
 */
export function renderToolkit(scripts: readonly Script[], generation: string): string {
    const marker = "PORTCULLIS_END_OF_SCRIPT";
    const files = scripts.map((script) => {
        if (script.text.includes(marker)) {
            throw new Error(`${script.name} holds the line that ends a script: ${marker}`);
        }
        return `cat > "$new/${script.name}" <<'${marker}'\n${installedText(script)}${marker}\n`;
    });
    const installer = fs.readFileSync(installerFile, "utf8");
    return installer
        .replace("@FOLDER@", toolkitFolder)
        .replace("@GENERATION@ @DIGEST@", () => `${generation} ${toolkitDigest(scripts)}`)
        .replace("@FILES@\n", () => files.join(""));
}

/** A script as it lies on the host. */
function installedText({ text }: Script): string {
    return `${text.trimEnd()}\n`;
}

/** SHA-256 of all scripts as they lie on the host, one behind the other, in hex; see toolkit_digest in evidence.sh. */
export function toolkitDigest(scripts: readonly Script[]): string {
    const hash = crypto.createHash("sha256");
    for (const script of scripts) {
        hash.update(installedText(script));
    }
    return hash.digest("hex");
}

/** The required state of the scripts on the host. The scripts run as root. */
export function declaredScripts(resource: string, scripts: readonly Script[]): DeclaredItem[] {
    const files = scripts.map((script): DeclaredItem => ({
        kind: "file",
        resource,
        path: `${toolkitFolder}/${script.name}`,
        uid: 0,
        gid: 0,
        mode: "0755",
        sha256: sha256Of(installedText(script)),
    }));
    return [...files, { kind: "folder", resource, path: toolkitFolder }];
}

/** Whose a call of a script is. */
interface Caller {
    /** \`PROJECT/STACK\`, which the host has to belong to. */
    readonly stack: string;
    /** Name of the step's resource. */
    readonly step: string;
}

/** A command line that calls a script on the host; the digest makes the step run again when the script changed. */
export function scriptLine(
    script: Script,
    input: ScriptInput,
    words: readonly string[],
    { stack, step, generation, undo }: Caller & { generation: string; undo: readonly string[] | undefined },
): string {
    const options = ["--stack", stack, "--step", step, "--generation", generation];
    const way = undo === undefined ? [] : ["--undoable", shortDigest(...undo)];
    const call = [`${toolkitFolder}/run.sh`, ...options, ...way, input, script.name, ...words];
    return `${quote(call)} # ${script.digest}`;
}

/**
 * A command line that calls a step's counterpart. Where the scripts are gone nothing is done: the stack's claim on the host
 * is given back last, and tells then what was not undone. There is no digest: another text of a script undoes nothing else.
 */
export function undoLine(script: Script, words: readonly string[], { stack, step }: Caller): string {
    const options = ["--stack", stack, "--step", step, "--undo", shortDigest(script.name, ...words)];
    const call = [`${toolkitFolder}/run.sh`, ...options, "nothing", script.name, ...words];
    return `test ! -e ${toolkitFolder}/run.sh || exec ${quote(call)}`;
}

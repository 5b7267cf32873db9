import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { signatureNamespace } from "../../config/signature";
import { reasonOf } from "../../text/reason";

const root = path.resolve(__dirname, "../..");

/** Lines of a program's messages that an error repeats. */
const shown = 12;

/** What a program needs of this process's environment. No proxy is among it: all that is asked is on loopback. */
function environment(work: string): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"] ?? "", HOME: work, TMPDIR: work, LC_ALL: "C" };
}

/** Runs a program to its end. @throws Error with the end of the program's messages */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], env });
    let messages = "";
    child.stderr.on("data", (chunk: Buffer) => {
        messages = `${messages}${chunk.toString()}`.slice(-65_536);
    });
    const [status, signal] = (await once(child, "close")) as [number | null, string | null];
    if (status !== 0) {
        const last = messages.trim().split("\n").slice(-shown).join("\n");
        throw new Error(`${path.basename(command)} ended with ${status ?? signal ?? "nothing"}:\n${last}`);
    }
}

/**
 * The path of clairctl: the one that is named, else the one that is built of its Go module, once.
 *
 * @throws Error where there is none
 */
export async function findClairctl(named: string | undefined): Promise<string> {
    if (named !== undefined) {
        const file = path.resolve(named);
        if (!fs.existsSync(file)) {
            throw new Error(`--clairctl ${named}: there is no such file; name clairctl's program`);
        }
        return file;
    }
    const child = spawn(path.join(root, "lab/lab"), ["clairctl"], { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
    });
    const [status] = (await once(child, "close")) as [number | null];
    if (status !== 0) {
        throw new Error(
            "the program clairctl was not built: see the messages above, or name a clairctl of Clair 4.9 that you have with --clairctl",
        );
    }
    return printed.trim();
}

/**
 * Has Clair's own updaters fetch and parse what the mirror serves.
 *
 * @param config file of clairctl's configuration
 * @param target file that gets the lines, as clairctl writes them
 * @throws Error where a parser refuses anything
 */
export async function exportUpdaters(
    clairctl: string,
    config: string,
    target: string,
    work: string,
): Promise<void> {
    try {
        await run(clairctl, ["--config", config, "export-updaters", "--strict", target], environment(work));
    } catch (error) {
        throw new Error(
            `Clair's parsers do not take the data; the message names the updater, i.e. the file of sources.json: ${reasonOf(error)}`,
            { cause: error },
        );
    }
}

/** Sorts the lines of a file by their bytes, in little memory. */
export async function sortLines(file: string, target: string, work: string): Promise<void> {
    await run("sort", ["--temporary-directory", work, "--output", target, file], environment(work));
}

/**
 * Signs a file with an OpenSSH key; the signature lies beside it (`.sig`).
 *
 * @throws Error where the key cannot be used
 */
export async function sign(file: string, keyFile: string): Promise<void> {
    try {
        await promisify(execFile)("ssh-keygen", [
            "-Y",
            "sign",
            "-n",
            signatureNamespace,
            "-f",
            keyFile,
            file,
        ]);
    } catch (error) {
        throw new Error(
            `--key ${keyFile}: nothing was signed: ${reasonOf(error).trim()}; nothing was changed`,
            {
                cause: error,
            },
        );
    }
}

/** `portcullis scan`: any image, scanned by the running stack and judged by its policy. */
import * as fs from "node:fs";
import * as path from "node:path";
import { text as textOf } from "node:stream/consumers";
import type { Writable } from "node:stream";
import * as tty from "node:tty";
import { Option, type Command } from "commander";
import { scanAccessSchema, type ScanAccess } from "../outputs/scan-access";
import { parseOutput } from "../outputs/parse";
import { renderScans, scanFormats, verdictOf, type ScanFormat, type ScanRun } from "../scan/formats";
import { repositoryPattern } from "../text/reference";
import { visible } from "../text/clip";
import { counted } from "../text/count";
import { readNamedFile } from "../text/read-file";
import { reasonOf } from "../text/reason";
import { run } from "../transport/run";
import { targetOfConnection } from "../transport/target";
import { seconds } from "./audit-options";
import { writeWhole } from "./files";
import { hostScripts, type HostScripts } from "./scan/host";
import { parseLogins, type Logins } from "./scan/login";
import { policyFiles, readPolicy, stackPolicy } from "./scan/policy";
import { progressOn } from "./scan/progress";
import { scanImages, type Named } from "./scan/run";
import { resolveByEngine, sourcesOf, type Resolve } from "./scan/sources";
import { parseTarget, partsOf, type Target } from "./scan/targets";

/** The command's options, as commander gives them. */
interface ScanOptions {
    readonly stack: string;
    readonly policy?: string;
    readonly format: ScanFormat;
    readonly output?: string;
    readonly name?: string;
    readonly loginFile?: string;
    readonly timeout: number;
}

/** The stack's host: its scripts, and its engine's way to registries. */
interface Reached {
    readonly scripts: HostScripts;
    readonly resolve: Resolve;
}

/** The command's surroundings, which tests replace. */
interface ScanSurroundings {
    /** The stack's output `scanAccess`. @throws Error where the stack has none */
    readonly access: (stack: string) => Promise<ScanAccess>;
    readonly reach: (access: ScanAccess, stack: string, timeoutSeconds: number) => Reached;
    readonly streams: {
        readonly stdin: NodeJS.ReadableStream;
        readonly stdout: Writable | tty.WriteStream;
        readonly stderr: Writable | tty.WriteStream;
    };
    /** Folder of the checkout. */
    readonly folder: string;
    readonly now: () => Date;
    /** Takes the exit code. */
    readonly exit: (code: number) => void;
}

/** A word of the command line, and what it stands for, or the reason why it stands for nothing. */
type Word =
    { readonly word: string; readonly target: Target } | { readonly word: string; readonly reason: string };

function wordOf(word: string): Word {
    try {
        return { word, target: parseTarget(word) };
    } catch (error) {
        return { word, reason: reasonOf(error) };
    }
}

/** The logins of --login-file. */
async function loginsOf(
    file: string | undefined,
    words: readonly Word[],
    stdin: NodeJS.ReadableStream,
): Promise<Logins> {
    if (file === undefined) {
        return () => undefined;
    }
    const servers = words.flatMap((one) =>
        "target" in one && one.target.kind === "reference" ? [partsOf(one.target.reference).server] : [],
    );
    const isInput = file === "-";
    const text = isInput
        ? await textOf(stdin)
        : readNamedFile(
              file,
              (reason, cause) => new Error(`cannot read the logins (--login-file): ${reason}`, { cause }),
          );
    return parseLogins(text, isInput ? "standard input (--login-file -)" : file, servers);
}

/** One line beside a report that is read by a machine, or lies in a file. */
function noteOf(result: ScanRun): string {
    const words = { pass: "pass", fail: "over the threshold", none: "no verdict" } as const;
    const [first = "", ...more] = result.failures;
    const rest = more.length === 0 ? "" : `; and ${more.length} more`;
    const cause = first === "" ? "" : `: ${visible(first.split("\n")[0] ?? "")}${rest}`;
    return `portcullis: ${counted(result.images.length, "image")}: ${words[verdictOf(result)]}${cause}\n`;
}

async function show(
    result: ScanRun,
    { format, output }: ScanOptions,
    { stdout, stderr }: ScanSurroundings["streams"],
): Promise<void> {
    const isTerminal = output === undefined && stdout instanceof tty.WriteStream;
    const shown = renderScans(
        format,
        result,
        isTerminal ? { colour: stdout.hasColors(), width: stdout.columns } : { colour: false },
    );
    if (output === undefined) {
        stdout.write(shown);
    } else {
        await writeWhole(output, shown);
    }
    if (output !== undefined || format !== "table") {
        stderr.write(noteOf(result));
    }
}

/** @throws Error where the file's folder takes no file: before anything is scanned for it */
function assertWritable(file: string): void {
    const into = path.dirname(path.resolve(file));
    try {
        fs.accessSync(into, fs.constants.W_OK);
    } catch (error) {
        throw new Error(
            `--output ${file}: the folder ${into} takes no file: ${reasonOf(error)}; give another one`,
            {
                cause: error,
            },
        );
    }
}

const exitCodes = { pass: 0, fail: 1, none: 2 } as const;

/**
 * Scans images, and shows the verdicts.
 *
 * @returns 0 where all pass, 1 where one is over the threshold, 2 where one has no verdict
 * @throws Error where nothing can be judged; the exit code is 2 then
 */
async function scan(
    images: readonly string[],
    options: ScanOptions,
    surroundings: ScanSurroundings,
): Promise<number> {
    const { stack, name, policy } = options;
    const { streams, folder, now } = surroundings;
    // All wrong inputs are found before the host is asked.
    if (name !== undefined && images.length > 1) {
        throw new Error("--name is for one image; scan the others by commands of their own");
    }
    if (name !== undefined && !repositoryPattern.test(name)) {
        throw new Error(`--name ${name}: expected a repository name such as team/app`);
    }
    if (options.output !== undefined) {
        assertWritable(options.output);
    }
    const own = policy === undefined ? undefined : readPolicy(policy);
    const words = images.map(wordOf);
    const logins = await loginsOf(options.loginFile, words, streams.stdin);
    const access = await surroundings.access(stack);
    const settings = own ?? stackPolicy(access.scan, folder);
    const lists = policyFiles(settings, access.data.maximumAgeDays, now().toISOString().slice(0, 10));
    const { scripts, resolve } = surroundings.reach(access, stack, options.timeout);
    const named = words.map((one): Named => ({
        word: one.word,
        sources: () =>
            "target" in one
                ? sourcesOf(one.target, { registry: access.registry, logins, resolve, name })
                : Promise.reject(new Error(one.reason)),
    }));
    const progress = progressOn(streams.stderr);
    const result = await scanImages(named, { stack, access, scripts, settings, lists, progress, now });
    await show(result, options, streams);
    return exitCodes[verdictOf(result)];
}

const root = path.dirname(__dirname);

/** How long the state of a stack may take to be read (ms): pulumiw may have to fetch the CLI first. */
const statePatienceMs = 30 * 60_000;

async function accessOf(stack: string): Promise<ScanAccess> {
    const words = ["stack", "output", "scanAccess", "--json", "--show-secrets", "--stack", stack];
    let printed: string;
    try {
        printed = await run([path.join(root, "pulumiw"), ...words], {
            what: `the stack ${stack}`,
            signal: AbortSignal.timeout(statePatienceMs),
        });
    } catch (error) {
        throw new Error(
            `the stack ${stack} does not say how it is reached (its output scanAccess): ` +
                `bring the stack up, by this version: ./pulumiw up --stack ${stack} (${reasonOf(error)})`,
            { cause: error },
        );
    }
    return parseOutput(scanAccessSchema, `the stack's output scanAccess (bring the stack up again)`, printed);
}

/** The command's surroundings when it is run for real. */
const reality: ScanSurroundings = {
    access: accessOf,
    reach: (access, stack, timeoutSeconds) => {
        const { host } = access;
        const target = targetOfConnection({
            ...host,
            privateKeyFile: path.resolve(root, host.privateKeyFile),
        });
        return {
            scripts: hostScripts(access, target, stack, timeoutSeconds),
            resolve: resolveByEngine(target),
        };
    },
    streams: process,
    folder: root,
    now: () => new Date(),
    exit: (code) => {
        process.exitCode = code;
    },
};

/** Adds the command `scan` to the program. */
export function registerScan(program: Command, surroundings = reality): void {
    program
        .command("scan")
        .description(
            "has the running stack scan images, and judges them by the stack's policy; nothing of them stays on the host; " +
                "exit code 0: all pass, 1: one is over the threshold, 2: one has no verdict",
        )
        .option("--stack <name>", "stack that scans and judges", "dev")
        .option(
            "--policy <file>",
            "YAML or JSON with the keys of portcullis:scan, in the place of the stack's policy",
        )
        .addOption(
            new Option("--format <format>", "form of the result").choices(scanFormats).default("table"),
        )
        .option("--output <file>", "file for the result; default: standard output")
        .option("--name <repository>", "name of the one image, for exceptions and acceptances: team/app")
        .option(
            "--login-file <file>",
            'login of a private registry, - for standard input: {"username":…,"password":…}, or a Docker client\'s config.json',
        )
        .option("--timeout <seconds>", "how long one image may take", seconds, 3600)
        .argument(
            "<image...>",
            "a reference; engine:NAME in the host's engine; archive:FILE of `docker save`; layout:FOLDER of an OCI layout",
        )
        .action(async (images: string[], options: ScanOptions) => {
            surroundings.exit(await scan(images, options, surroundings));
        });
}

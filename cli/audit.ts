import * as fs from "node:fs";
import * as path from "node:path";
import type { Writable } from "node:stream";
import * as tty from "node:tty";
import { SingleBar } from "cli-progress";
import { Option, type Command } from "commander";
import * as YAML from "yaml";
import { z } from "zod";
import { auditBeside, type AuditBeside, type BesideOptions } from "../audit/beside";
import type { DockerBenchSettings } from "../audit/docker-bench-settings";
import { driftText } from "../audit/drift/drift";
import { exceptionsSchema, type Exception } from "../audit/exceptions";
import { gateSchema, judgeAudit, type GateSettings } from "../audit/gate";
import { compare, parseBaseline } from "../audit/report/compare";
import { renderJson } from "../audit/report/docker-bench-json";
import { renderHtml } from "../audit/report/html";
import { renderJunit } from "../audit/report/junit";
import { renderSarif } from "../audit/report/sarif";
import { renderTable } from "../audit/report/table";
import { isClean, type AuditView } from "../audit/report/view";
import { targetOf, type Target } from "../transport/target";
import { dockerHostUrl, sshOptions, publicKey } from "../transport/connection";
import { benchSource, checkIds, seconds, users, wholeNumber } from "./audit-options";
import { readDeclaration } from "./declared";
import { readStackFile, type StackFile } from "./stack-file";

const formats = ["table", "json", "sarif", "junit", "html"] as const;

/** The command's options, as commander gives them. */
export interface AuditOptions {
    readonly host?: string;
    readonly stack?: string;
    readonly identity?: string;
    readonly hostKey?: string;
    readonly format: (typeof formats)[number];
    readonly baseline?: string;
    readonly exceptions?: string;
    readonly minimumScore?: number;
    readonly allow: readonly string[];
    readonly trustedUsers?: readonly string[];
    /** True: the stack's. */
    readonly dockerBench?: DockerBenchSettings | true;
    readonly declared?: string;
    readonly drift: boolean;
    readonly timeout: number;
}

/** Audits a host; what it throws says why it could not. */
export type Auditor = (target: Target, options: BesideOptions) => Promise<AuditBeside>;

/** Where the command writes; a terminal gets colours and the width that it has. */
interface Streams {
    readonly stdout: Writable | tty.WriteStream;
    readonly stderr: Writable;
}

/** What the command works with. */
export interface AuditSurroundings {
    readonly auditor: Auditor;
    readonly streams: Streams;
    /** Folder of the stacks' files. */
    readonly folder: string;
    /** Takes the exit code. */
    readonly exit: (code: number) => void;
}

function readText(file: string, what: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        throw new Error(`cannot read ${what}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
        });
    }
}

/** Exceptions of a YAML or JSON file: a list of them. */
function readExceptions(file: string): Exception[] {
    const text = readText(file, "the exceptions");
    let value: unknown;
    try {
        value = YAML.parse(text);
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${file} is no YAML: ${why}`, { cause: error });
    }
    const parsed = exceptionsSchema.safeParse(value ?? []);
    if (!parsed.success) {
        throw new Error(`${file} is no list of exceptions: ${z.prettifyError(parsed.error)}`);
    }
    return parsed.data;
}

function target(options: AuditOptions, stack: StackFile | undefined): Target {
    const url = options.host ?? (stack && dockerHostUrl(stack.connection));
    if (url === undefined) {
        throw new Error("no host is named: give --host ssh://USER@HOST, or --stack NAME");
    }
    const privateKeyFile = options.identity ?? stack?.connection.privateKeyFile;
    const hostKey =
        options.hostKey === undefined
            ? stack?.connection.hostKey
            : publicKey(readText(options.hostKey, "the host's key"));
    if (privateKeyFile !== undefined && hostKey !== undefined) {
        return targetOf(url, sshOptions({ privateKeyFile, hostKey }));
    }
    if (hostKey !== undefined) {
        throw new Error("--host-key is given without --identity: give both, or neither");
    }
    // ssh's own configuration says the rest; it must not ask, for there may be nobody to answer.
    const batch = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"];
    return targetOf(url, privateKeyFile === undefined ? batch : ["-i", privateKeyFile, ...batch]);
}

function gateSettings(options: AuditOptions, stack: StackFile | undefined): GateSettings {
    return gateSchema.parse({
        minimumScore: options.minimumScore ?? stack?.audit.minimumScore,
        allowedWarnings: [...(stack?.audit.allowedWarnings ?? []), ...options.allow],
    });
}

function render(view: AuditView, format: AuditOptions["format"], stdout: Streams["stdout"]): string {
    switch (format) {
        case "table":
            return renderTable(
                view,
                stdout instanceof tty.WriteStream
                    ? { colour: stdout.hasColors(), width: stdout.columns }
                    : { colour: false },
            );
        case "json":
            return renderJson(view.report, view.dockerBench);
        case "sarif":
            return renderSarif(view);
        case "junit":
            return renderJunit(view);
        case "html":
            return renderHtml(view);
    }
}

/** The Docker Bench that is to be run too: the one of the command line, or the stack's where it only says so. */
function dockerBench(
    { dockerBench: given }: AuditOptions,
    stack: StackFile | undefined,
): DockerBenchSettings | undefined {
    if (given !== true) {
        return given;
    }
    if (stack?.audit.dockerBench === undefined) {
        throw new Error(
            "--docker-bench names none, and the stack has no portcullis:audit.dockerBench: " +
                "give script:PATH (on the host) or image:REFERENCE (that the host has)",
        );
    }
    return stack.audit.dockerBench;
}

/**
 * Audits a host, compares it with what its stack declared, and writes the report to standard output.
 *
 * @returns 0 within the gate and as declared, 1 else
 * @throws Error where the host could not be audited, or a file could not be read; the exit code is 2 then
 */
async function auditHost(options: AuditOptions, surroundings: AuditSurroundings): Promise<number> {
    const { auditor, streams, folder } = surroundings;
    const stack = options.stack === undefined ? undefined : readStackFile(options.stack, folder);
    // All that can be wrong here is found before the host is asked.
    const settings = gateSettings(options, stack);
    const baseline =
        options.baseline === undefined
            ? undefined
            : parseBaseline(readText(options.baseline, "the baseline"), options.baseline);
    const exceptions = [
        ...(stack?.audit.exceptions ?? []),
        ...(options.exceptions === undefined ? [] : readExceptions(options.exceptions)),
    ];
    const declaration = readDeclaration({ ...options, reportFolder: stack?.reportFolder });
    const { report, dockerBench: beside } = await auditor(target(options, stack), {
        timeoutSeconds: options.timeout,
        declaration,
        trustedUsers: options.trustedUsers ?? stack?.audit.trustedUsers,
        dockerBench: dockerBench(options, stack),
    });
    const enforce = stack?.audit.enforce ?? false;
    const gate = judgeAudit(report, { settings, exceptions, dockerBench: beside, enforce });
    const view = {
        report,
        gate,
        comparison: baseline && compare(baseline, report),
        dockerBench: beside,
    };
    streams.stdout.write(render(view, options.format, streams.stdout));
    if (options.format !== "table") {
        const drift = (report.drift?.findings ?? []).map(driftText);
        const lines = [...gate.warnings.map((line) => `note: ${line}`), ...gate.failures, ...drift];
        streams.stderr.write(lines.map((line) => `portcullis: ${line}\n`).join(""));
    }
    return isClean(view) ? 0 : 1;
}

/** The command's surroundings when it is run for real. */
const reality: AuditSurroundings = {
    auditor: async (host, options) => {
        // Without a terminal it prints nothing.
        const bar = new SingleBar({
            stream: process.stderr,
            format: "audit {bar} {value}/{total} answers",
            clearOnComplete: true,
            hideCursor: true,
        });
        if (options.dockerBench !== undefined) {
            process.stderr.write("portcullis: Docker Bench runs; it takes seconds for each container\n");
        }
        bar.start(1, 0);
        try {
            return await auditBeside(host, {
                ...options,
                onProgress: (answered, asked) => {
                    bar.setTotal(asked);
                    bar.update(answered);
                },
            });
        } finally {
            bar.stop();
        }
    },
    streams: process,
    folder: path.dirname(__dirname),
    exit: (code) => {
        process.exitCode = code;
    },
};

/** Adds the command `audit` to the program. */
export function registerAudit(program: Command, surroundings = reality): void {
    program
        .command("audit")
        .description(
            "audits a Docker host by the checks of Docker Bench, and compares it with what its stack declared, " +
                "without changing anything on it; exit code 0: within the gate and as declared, " +
                "1: over the gate or not as declared, 2: could not be audited",
        )
        .option("--host <url>", "ssh://USER@HOST[:PORT], or unix:///var/run/docker.sock for this machine")
        .option("--stack <name>", "stack whose host, keys, gate and exceptions are taken")
        .option("--identity <file>", "private SSH key; default: the stack's, or ssh's own")
        .option(
            "--host-key <file>",
            "the host's public SSH key, pinned; default: the stack's, or known_hosts",
        )
        .addOption(new Option("--format <format>", "form of the report").choices(formats).default("table"))
        .option("--baseline <file>", "an earlier audit (--format json) to compare with")
        .option(
            "--exceptions <file>",
            "YAML list of exceptions: check, container or image, owner, reason, expires",
        )
        .option(
            "--minimum-score <number>",
            "lowest score that passes; default: the stack's, or any",
            wholeNumber,
        )
        .option("--allow <ids>", "checks whose WARN is allowed, e.g. 2.12,4.5; can be repeated", checkIds, [])
        .option(
            "--trusted-users <names>",
            "users of the host who may be in the group docker, e.g. alice,bob; default: the stack's",
            users,
        )
        .option(
            "--docker-bench [source]",
            "run the real Docker Bench too, and compare: script:PATH on the host, or image:REFERENCE that it has; " +
                "without either the stack's",
            benchSource,
        )
        .option(
            "--declared <file>",
            "what the stack declared; default: declared.json of the stack's last `up`, or no comparison",
        )
        .addOption(
            new Option("--no-drift", "do not compare the host with what the stack declared").conflicts(
                "declared",
            ),
        )
        .option("--timeout <seconds>", "how long the host may take to answer", seconds, 60)
        .action(async (options: AuditOptions) => {
            surroundings.exit(await auditHost(options, surroundings));
        });
}

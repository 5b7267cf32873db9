import * as path from "node:path";
import type { Writable } from "node:stream";
import * as tty from "node:tty";
import { SingleBar } from "cli-progress";
import { Option, type Command } from "commander";
import { auditBeside, type AuditBeside, type BesideOptions } from "../audit/docker-bench/beside";
import { driftText } from "../audit/drift/drift";
import { exitCode, judgeAudit } from "../audit/verdict";
import { renderAllowedWarnings } from "../audit/report/allowed-warnings";
import { compare, parseBaseline } from "../audit/report/compare";
import { renderJson } from "../audit/report/docker-bench-json";
import { renderHtml } from "../audit/report/html";
import { renderJunit } from "../audit/report/junit";
import { renderSarif } from "../audit/report/sarif";
import { renderTable } from "../audit/report/table";
import { verdictText } from "../audit/report/verdict-text";
import type { AuditView } from "../audit/report/view";
import { counted } from "../text/count";
import type { Target } from "../transport/target";
import { dockerBench, formats, gateOf, readText, target, type AuditOptions } from "./audit-inputs";
import { benchSource, checkIds, seconds, users, wholeNumber } from "./audit-options";
import { readDeclaration } from "./declared";
import { readStackFile } from "./stack-file";

/** Audits a host; an error says why the host could not be audited. */
type Auditor = (target: Target, options: BesideOptions) => Promise<AuditBeside>;

/** The stream that the command writes to; a terminal gets colours, and lines of its width. */
interface Streams {
    readonly stdout: Writable | tty.WriteStream;
    readonly stderr: Writable;
}

/** The command's surroundings, which tests replace. */
interface AuditSurroundings {
    readonly auditor: Auditor;
    readonly streams: Streams;
    /** Folder of the stacks' files. */
    readonly folder: string;
    /** Takes the exit code. */
    readonly exit: (code: number) => void;
}

/** The one line on standard error beside a report for a machine: it tells a single fault in full, and counts several. */
function machineNote(view: AuditView): string | undefined {
    const { gate, report } = view;
    const lines = [
        ...gate.warnings.map((line) => `note: ${line}`),
        ...gate.failures,
        ...(report.drift?.findings ?? []).map(driftText),
    ];
    if (lines.length <= 1) {
        return lines[0];
    }
    const notes =
        gate.warnings.length === 0 ? "" : `; ${counted(gate.warnings.length, "note")} in the report`;
    return `${verdictText(view)}${notes}`;
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
            return renderJson(view.report, view.dockerBench, view.gate);
        case "sarif":
            return renderSarif(view);
        case "junit":
            return renderJunit(view);
        case "html":
            return renderHtml(view);
    }
}

/**
 * Audits a host, compares it with its stack's declaration, and writes the report to standard output.
 *
 * With `printAllowedWarnings` the list of the host's WARNs takes the report's place, and no gate is judged by it.
 *
 * @returns 0 within the gate and as declared, 1 else
 * @throws Error where the host could not be audited, or a file could not be read; the exit code is 2 then
 */
async function auditHost(options: AuditOptions, surroundings: AuditSurroundings): Promise<number> {
    const { auditor, streams, folder } = surroundings;
    const stack = options.stack === undefined ? undefined : readStackFile(options.stack, folder);
    // All wrong inputs are found before the host is asked.
    const given = gateOf(options, stack);
    const baseline =
        options.baseline === undefined
            ? undefined
            : parseBaseline(readText(options.baseline, "the baseline"), options.baseline);
    const drift = options.drift && options.printAllowedWarnings !== true;
    const declaration = readDeclaration({ ...options, drift, reportFolder: stack?.reportFolder });
    const { report, dockerBench: beside } = await auditor(target(options, stack), {
        timeoutSeconds: options.timeout,
        declaration,
        trustedUsers: options.trustedUsers ?? stack?.audit.trustedUsers,
        dockerBench: dockerBench(options, stack),
    });
    const gate = judgeAudit(report, { ...given, dockerBench: beside });
    if (options.printAllowedWarnings === true) {
        streams.stdout.write(renderAllowedWarnings(report, gate));
        return 0;
    }
    const view = {
        report,
        gate,
        comparison: baseline && compare(baseline, report),
        dockerBench: beside,
    };
    streams.stdout.write(render(view, options.format, streams.stdout));
    if (options.format !== "table") {
        const note = machineNote(view);
        streams.stderr.write(note === undefined ? "" : `portcullis: ${note}\n`);
    }
    return exitCode(view);
}

/** The command's surroundings when it is run for real. */
const reality: AuditSurroundings = {
    auditor: async (host, options) => {
        // Without a terminal the bar prints nothing.
        const bar = new SingleBar({
            stream: process.stderr,
            format: "audit {bar} {value}/{total} answers",
            clearOnComplete: true,
            hideCursor: true,
        });
        if (options.dockerBench !== undefined && process.stderr.isTTY) {
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
            "lowest score that passes; default: the stack's, or any; without allowed WARNs and exceptions the score alone decides",
            wholeNumber,
        )
        .option(
            "--allow <ids>",
            "checks whose WARN is allowed beside the stack's, e.g. 2.12,4.5; can be repeated; every other WARN is over the gate",
            checkIds,
            [],
        )
        .addOption(
            new Option(
                "--print-allowed-warnings",
                "print the host's WARNs as a list for portcullis:audit.allowedWarnings, instead of a report",
            ).conflicts(["format", "declared"]),
        )
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

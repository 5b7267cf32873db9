import * as path from "node:path";
import { Command } from "commander";
import { registerAudit } from "./audit";
import { auditBaseline, auditStep } from "./audit-step";
import { registerExplain } from "./explain";
import { gate } from "./gate";
import { registerMirror } from "./mirror";
import { registerPredict } from "./predict";
import { interrupted, recover } from "./recover";
import { forgetReports } from "./reports";
import { reach } from "./reach";
import { registerScan } from "./scan";
import { settingsPage } from "./settings";
import { ssh } from "./ssh";
import { summary } from "./summary";
import { visible } from "../text/clip";
import { reasonOf } from "../text/reason";

/** Exit codes: 0 done, 1 findings over the threshold, 2 the command could not be carried out. */
const program = new Command("portcullis")
    .description("Looks at, and into, a Docker host that Portcullis secures")
    .enablePositionalOptions()
    .showHelpAfterError()
    .exitOverride();

program
    .command("audit-baseline", { hidden: true })
    .description("audits the host of standard input, for the program")
    .action(async () => {
        process.exitCode = await auditBaseline();
    });

program
    .command("audit-step", { hidden: true })
    .description("audits the host of standard input beside its baseline, for the program")
    .requiredOption("--reports <folder>", "folder for the report")
    .action(async (options: { reports: string }) => {
        process.exitCode = await auditStep(options.reports);
    });

program
    .command("forget-reports", { hidden: true })
    .description("removes the reports of a stack that is gone, for make destroy and make clean")
    .requiredOption("--stack <name>", "stack whose reports they are")
    .option("--declared", "only what the stack declared of its host")
    .action((options: { stack: string; declared?: true }) => {
        forgetReports(options.stack, path.dirname(__dirname), options.declared === true ? "declared" : "all");
    });

program
    .command("gate")
    .description(
        "judges scans (JSON on standard input), writes the reports, and fails where an image is over the threshold",
    )
    .requiredOption("--reports <folder>", "folder for the reports")
    .action(async (options: { reports: string }) => {
        process.exitCode = await gate(options.reports);
    });

program
    .command("recover", { hidden: true })
    .description("puts right what an interrupted run left, for pulumiw")
    .requiredOption("--note <folder>", "what pulumiw noted of the run")
    .requiredOption("--stack <name>", "the run's stack")
    .option("--settings <file>", "its settings file, where it is not Pulumi.STACK.yaml")
    .action((options: { note: string; stack: string; settings?: string }) => {
        process.exitCode = recover(options);
    });

program
    .command("interrupted", { hidden: true })
    .description("says what a run left that has just ended before its time, for pulumiw")
    .requiredOption("--note <folder>", "what pulumiw noted of the run")
    .requiredOption("--stack <name>", "the run's stack")
    .requiredOption("--signalled <yes|no>", "whether pulumiw was sent a signal")
    .action((options: { note: string; stack: string; signalled: string }) => {
        process.exitCode = interrupted(options.note, options.stack, options.signalled === "yes");
    });

program
    .command("reach", { hidden: true })
    .description("asks once whether the stack's host can be reached, for pulumiw")
    .requiredOption("--stack <name>", "the stack")
    .option("--settings <file>", "its settings file, where it is not Pulumi.STACK.yaml")
    .option("--confirmed", "the user has said that all is to be destroyed")
    .action(
        async ({ stack, settings, confirmed }: { stack: string; settings?: string; confirmed?: true }) => {
            process.exitCode = await reach({ stack, settings, isConfirmed: confirmed === true });
        },
    );

program
    .command("settings")
    .description("prints every setting, what it means, takes and defaults to, as Markdown (docs/settings.md)")
    .action(() => {
        process.stdout.write(settingsPage());
    });

program
    .command("ssh")
    .description(
        "runs a command on the stack's host, with standard input and the command's exit code passed on",
    )
    .option("--stack <name>", "stack whose host it is", "dev")
    .argument("[command...]", "the command; a login shell without one")
    .passThroughOptions()
    .action((command: string[], options: { stack: string }) => {
        process.exitCode = ssh(options.stack, command);
    });

program
    .command("summary")
    .description("says what a stack has and how to use it (`pulumi stack output --json` on standard input)")
    .option("--stack <name>", "stack that it is about", "dev")
    .action(async (options: { stack: string }) => {
        process.exitCode = await summary(options.stack);
    });

registerAudit(program);
registerExplain(program);
registerMirror(program);
registerPredict(program);
registerScan(program);

program.parseAsync().catch((error: unknown) => {
    const isCommanders =
        typeof error === "object" && error !== null && "exitCode" in error && "code" in error;
    if (isCommanders) {
        process.exitCode = error.exitCode === 0 ? 0 : 2;
        return;
    }
    // A message may quote a registry, a file or a host: its lines stay lines, and nothing in them acts on the terminal.
    process.stderr.write(`portcullis: ${reasonOf(error).split("\n").map(visible).join("\n")}\n`);
    process.exitCode = 2;
});

import * as path from "node:path";
import { z } from "zod";
import { auditOutputSchema } from "../outputs/audit";
import { auditRuleFactsSchema } from "../outputs/host";
import { scanOutputSchema } from "../outputs/scans";
import { scoreText } from "../audit/score";
import { heldText } from "../scan/words";
import { counted } from "../text/count";
import { timeText } from "../text/time";
import { readInput } from "./input";

/** The outputs of index.ts that the summary speaks of. */
const outputsSchema = z.object({
    dockerHost: z.string(),
    engine: z.object({ rootDir: z.string(), auditRules: auditRuleFactsSchema }),
    usernsProof: z.object({ containerRootHostUid: z.number(), deleteWithRemap: z.string() }),
    registryUrl: z.string(),
    registryUsername: z.string(),
    scanner: z.object({ advisories: z.number(), updaters: z.array(z.object({ date: z.string() })) }),
    scans: z.array(scanOutputSchema),
    audit: auditOutputSchema,
});

/** The targets of make are about the stack dev alone. */
function nextSteps(stack: string): string[] {
    return stack === "dev"
        ? [
              "A command on the host:  make ssh CMD='docker ps'",
              "Tear it down:           make destroy, then make clean",
          ]
        : [
              `A command on the host:  bin/portcullis ssh --stack ${stack} -- docker ps`,
              `Tear it down:           ./pulumiw destroy --stack ${stack}`,
          ];
}

/** The summary's text. */
export function renderSummary(stack: string, outputs: z.infer<typeof outputsSchema>): string {
    const { rules, reason = "" } = outputs.engine.auditRules;
    const { score, fixedWarnings, newWarnings, audited, report } = outputs.audit;
    const { advisories, updaters } = outputs.scanner;
    const maximum = outputs.audit.sections.reduce((sum, { best }) => sum + best, 0);
    // Where an updater has never succeeded its date is empty.
    const oldest = updaters
        .map(({ date }) => date)
        .filter((date) => date !== "")
        .sort()[0];
    const data = oldest === undefined ? "" : `, the oldest of ${oldest.slice(0, 10)}`;
    const judged = outputs.scans.map((scan) => scan.judged).sort()[0];
    const server = outputs.registryUrl.replace(/^https:\/\//, "");
    const verdicts = outputs.scans.flatMap((scan) => {
        const { image, source, verdict, counts, packages, coverage, accepted } = scan;
        const found = Object.entries(counts)
            .filter(([, number]) => number > 0)
            .map(([severity, number]) => `${severity.toLowerCase()} ${number}`);
        const counted = found.length === 0 ? "no findings" : found.reverse().join(", ");
        return [
            `  ${verdict.padEnd(8)} ${image.replace(/@sha256:.*/, "")}  ${counted} in ${heldText({ packages, judged: coverage })}`,
            ...(source === null ? [] : [`           pulled as ${source}`]),
            ...accepted.map((text) => `           ${text}`),
        ];
    });
    const notes = [...new Set(outputs.scans.flatMap((scan) => scan.notes))];
    return [
        "",
        `Stack ${stack} is up.`,
        "",
        `Docker host   ${outputs.dockerHost}`,
        `  root dir    ${outputs.engine.rootDir}; a container's root is uid ${outputs.usernsProof.containerRootHostUid} of the host`,
        `  proof       ${outputs.usernsProof.deleteWithRemap}`,
        `  audit rules ${rules === 0 ? `none: ${reason}` : `${rules} in force`}`,
        "",
        `Registry      ${outputs.registryUrl}, user ${outputs.registryUsername}`,
        `  trust it    as root: mkdir -p /etc/docker/certs.d/${server}`,
        `              ./pulumiw stack output caCertificate --stack ${stack} >/etc/docker/certs.d/${server}/ca.crt`,
        `  log in      ./pulumiw stack output registryPassword --show-secrets --stack ${stack} |`,
        `                docker login --username ${outputs.registryUsername} --password-stdin ${server}`,
        "",
        `Scanner       ${counted(advisories, "advisory", "advisories")} of ${counted(updaters.length, "updater")}${data}`,
        ...verdicts,
        ...notes.map((note) => `  note        ${note}`),
        ...(judged === undefined
            ? []
            : [`  judged      ${timeText(judged, "minute")}, on the images' digests`]),
        `  reports     ${path.dirname(report)}/`,
        "",
        `Audit         score ${scoreText(score.after, maximum)}, ${score.before} before; ${counted(fixedWarnings.length, "WARN")} fixed, ${newWarnings.length} new`,
        `  looked at   ${timeText(audited, "minute")}`,
        `  page        ${report}`,
        "",
        ...nextSteps(stack),
        "",
    ].join("\n");
}

/** Reads the stack's outputs from standard input, and prints how to use the stack. */
export async function summary(stack: string): Promise<number> {
    process.stdout.write(
        renderSummary(stack, await readInput(outputsSchema, "the outputs of a stack that is up")),
    );
    return 0;
}

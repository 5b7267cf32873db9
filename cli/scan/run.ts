/** A run of `portcullis scan`: images to the host, reports back, and the gate. */
import * as crypto from "node:crypto";
import { z } from "zod";
import { advisoryFactsSchema, type AdvisoryFacts } from "../../outputs/advisories";
import { parseOutput } from "../../outputs/parse";
import type { ScanAccess } from "../../outputs/scan-access";
import { canariesFor } from "../../scan/canary";
import type { RunImage, ScanRun } from "../../scan/formats/run";
import { runGate, type GateInput, type GateResult } from "../../scan/gate";
import type { ListFiles } from "../../scan/lists";
import {
    base64,
    clairWords,
    policyOf,
    printedCanariesSchema,
    renderCanaries,
    scannedCanaries,
} from "../../scan/script-input";
import { reasonOf } from "../../text/reason";
import { buildSteps } from "./history";
import type { HostScripts } from "./host";
import type { ScanSettings } from "./policy";
import type { Progress } from "./progress";
import type { Source } from "./sources";

/** Clair takes so many images at a time. */
const atOnce = 2;

/** What a user names, and the images of it, or the reason why there are none. */
export interface Named {
    readonly word: string;
    readonly sources: () => Promise<readonly Source[]>;
}

/** What a run needs. */
export interface RunContext {
    readonly stack: string;
    readonly access: ScanAccess;
    readonly scripts: HostScripts;
    readonly settings: ScanSettings;
    readonly lists: ListFiles | undefined;
    readonly progress: Progress;
    /** The time of the verdicts. */
    readonly now: () => Date;
}

const printedScanSchema = z.strictObject({
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    platform: z.string(),
    manifest: z.string(),
    config: z.string(),
    report: z.string().min(1),
});

/** An image with Clair's report, or with the reason why there is none. */
type Scanned =
    | { readonly source: Source; readonly scan: z.infer<typeof printedScanSchema> }
    | { readonly label: string; readonly reason: string };

/** What the scripts that scan have in common behind their first words. */
function commonWords({ registry, clair }: ScanAccess): string[] {
    const { server, username, volume, internalServer } = registry;
    return [server, username, volume, internalServer, ...clairWords(clair)];
}

/** A number of a scan that no other one has. */
const newRun = (): string => crypto.randomBytes(8).toString("hex");

async function* behind(head: string, archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    yield* archive;
}

async function scanOne(source: Source, { access, scripts }: RunContext): Promise<Scanned> {
    const { registry, clair } = access;
    const run = newRun();
    const { way } = source;
    const head = [
        `password ${base64(registry.password)}`,
        `config ${base64(clair.clientConfig)}`,
        ...(way.kind === "reference" ? [`login ${base64(way.login)}`] : []),
        "end",
        "",
    ].join("\n");
    const printed = await scripts({
        script: "scan-once.sh",
        words: [run, way.kind, way.kind === "archive" ? "-" : way.name, ...commonWords(access)],
        input:
            way.kind === "archive"
                ? behind(head, way.archive(`${registry.server}/portcullis/scan/${run}:1`))
                : head,
    });
    return { source, scan: parseOutput(printedScanSchema, "scan-once.sh", printed) };
}

/** The images of one word, scanned; what goes wrong with one does not stop the others. */
async function scanNamed(named: Named, context: RunContext): Promise<Scanned[]> {
    const { progress } = context;
    const failed = (label: string, error: unknown): Scanned => {
        progress.done(`${label}: no verdict: ${reasonOf(error)}`);
        return { label, reason: reasonOf(error) };
    };
    let sources: readonly Source[];
    try {
        progress.say(`${named.word}: scanning`);
        sources = await named.sources();
    } catch (error) {
        return [failed(named.word, error)];
    }
    const scanned: Scanned[] = [];
    for (const [at, source] of sources.entries()) {
        const report = at === sources.length - 1 ? progress.done : progress.say;
        try {
            const one = await scanOne(source, context);
            report(`${source.label}: scanned`);
            scanned.push(one);
        } catch (error) {
            report(`${source.label}: no verdict: ${reasonOf(error)}`);
            scanned.push({ label: source.label, reason: reasonOf(error) });
        }
    }
    return scanned;
}

/** All images, in the order in which they are named; so many at a time as Clair takes. */
async function scanAll(named: readonly Named[], context: RunContext): Promise<Scanned[]> {
    const results = new Map<number, readonly Scanned[]>();
    const waiting = named.entries();
    const worker = async (): Promise<void> => {
        for (const [at, one] of waiting) {
            results.set(at, await scanNamed(one, context));
        }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return named.flatMap((_, at) => results.get(at) ?? []);
}

/** Proves the advisories anew: what was true when the stack came up may be so no more. */
async function proveAdvisories({ access, scripts }: RunContext): Promise<AdvisoryFacts> {
    const { container, database, minimumAdvisories, maximumAgeDays, expectedUpdaters } = access.data;
    const words = [container, database, String(minimumAdvisories), String(maximumAgeDays), "0"];
    const printed = await scripts({
        script: "prove-advisories.sh",
        words: [...words, ...expectedUpdaters],
    });
    return parseOutput(advisoryFactsSchema, "prove-advisories.sh", printed);
}

async function scanCanaries(
    reports: readonly string[],
    advisories: AdvisoryFacts,
    today: string,
    { access, scripts, progress }: RunContext,
): Promise<GateInput["canaries"]> {
    const canaries = canariesFor(reports, advisories, today);
    if (canaries.length === 0) {
        return [];
    }
    progress.say("scanning canaries");
    const printed = await scripts({
        script: "scan-once.sh",
        words: [newRun(), "canaries", "-", ...commonWords(access)],
        input: renderCanaries(canaries, access.registry.password, access.clair.clientConfig),
    });
    return scannedCanaries(
        canaries,
        parseOutput(printedCanariesSchema, "scan-once.sh", printed),
        "run the same command again",
    );
}

type WithReport = Extract<Scanned, { scan: unknown }>;

/** The result of the gate, as of `up`: each image is held to the threshold. */
function judge(
    scanned: readonly WithReport[],
    known: Pick<GateInput, "advisories" | "canaries">,
    today: string,
    { access, settings, lists }: RunContext,
): GateResult {
    return runGate(
        {
            policy: policyOf(settings),
            exceptions: settings.exceptions,
            ...(lists === undefined ? {} : { lists }),
            scans: scanned.map(({ source, scan }) => ({
                name: source.known,
                image: `${source.repository}@${source.digest ?? scan.digest}`,
                digest: scan.digest,
                enforce: true,
                accept: source.isOfStack ? (access.accept[source.known] ?? []) : [],
                report: scan.report,
            })),
            ...known,
        },
        today,
    );
}

/** An image as the gate judged it, with what is known of it beside that. */
function told(image: GateResult["images"][number], { source, scan }: WithReport): RunImage {
    const history = buildSteps(scan.manifest, scan.config);
    const { name, notes, isOneOfSeveral, isOfStack } = source;
    const isAcceptable = isOfStack || image.held === undefined || image.held.unjudged.length === 0;
    return {
        ...image,
        name: isOneOfSeveral ? `${name} (${scan.platform})` : name,
        held: image.held && {
            ...image.held,
            notes: [
                ...notes,
                `${image.image} is for ${scan.platform}`,
                ...(isAcceptable
                    ? []
                    : [
                          `acceptances hold for images of the stack's registry; ${image.image} is none, unless --name names it as one`,
                      ]),
                ...image.held.notes,
            ],
        },
        ...(history === undefined ? {} : { history }),
    };
}

/**
 * Scans and judges images.
 *
 * @throws Error where the stack does not run, its data are no ground for a verdict, or its canaries cannot be scanned: nothing has
 *     a verdict then
 */
export async function scanImages(named: readonly Named[], context: RunContext): Promise<ScanRun> {
    const { access, scripts, stack, settings, progress, now } = context;
    const { server, volume } = access.registry;
    await scripts({ script: "scan-ready.sh", words: [stack, ...access.containers] });
    await scripts({ script: "forget-scans.sh", words: [server, volume] });
    const advisories = await proveAdvisories(context);
    progress.begin(named.length);
    try {
        const scanned = await scanAll(named, context);
        const judged = now().toISOString();
        const today = judged.slice(0, 10);
        const withReport = scanned.filter((one) => "scan" in one);
        const reports = withReport.map(({ scan }) => scan.report);
        const canaries = await scanCanaries(reports, advisories, today, context);
        const result =
            withReport.length === 0
                ? { images: [], failures: [] }
                : judge(withReport, { advisories, canaries }, today, context);
        const images = result.images.values();
        return {
            stack,
            host: access.host.address,
            judged,
            policy: policyOf(settings),
            images: scanned.map((one): RunImage => {
                const image = "scan" in one ? images.next().value : undefined;
                return "scan" in one && image !== undefined ? told(image, one) : withoutVerdict(one);
            }),
            failures: [
                ...scanned.flatMap((one) =>
                    "scan" in one ? [] : [`${one.label}: no verdict: ${one.reason}`],
                ),
                ...result.failures,
            ],
        };
    } finally {
        progress.end();
    }
}

function withoutVerdict(one: Scanned): RunImage {
    const [label, reason] =
        "scan" in one ? [one.source.label, "the gate did not judge it"] : [one.label, one.reason];
    return {
        name: label,
        image: label,
        digest: "",
        judgement: { verdict: "error", reason: `no verdict: ${reason}` },
        held: undefined,
        raw: undefined,
        report: undefined,
    };
}

import { z } from "zod";
import { advisoryFactsSchema } from "../outputs/advisories";
import { reasonOf } from "../text/reason";
import { acceptanceSchema, applyAcceptances } from "./accept";
import {
    canaryNotes,
    checkCanaries,
    doubtsOf,
    scannedCanarySchema,
    type CheckedCanaries,
} from "./canary/check";
import { coverageOf, type JudgedPart, type UnjudgedPart } from "./coverage";
import { exceptionNotes, exceptionsFor, findingExceptionSchema, holding } from "./exceptions";
import { acceptKey, failureOf } from "./failure";
import { listFilesSchema, readLists, type Contents, type Lists } from "./lists";
import { judge, policySchema, type ErrorJudgement, type Judgement } from "./policy";
import { readReport, type ScanReport } from "./report";
import { answerText, leftOutTexts } from "./left-out";
import { statementNotes, statementOf } from "./vex-match";
import { unjudgedTexts, unjudgedText } from "./words";

const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Input of the gate: the policy, the scans, what Clair's database holds, and the scans of canaries that must have been flagged. */
export const gateInputSchema = z.strictObject({
    policy: policySchema,
    /** Vulnerabilities that somebody answers for. */
    exceptions: z.array(findingExceptionSchema).optional(),
    scans: z.array(
        z.strictObject({
            /** Repository in the private registry, e.g. `redis`. */
            name: z.string().min(1),
            /** Reference by digest, `HOST:PORT/redis@sha256:…`. */
            image: z.string().min(1),
            digest: digestSchema,
            /** Whether an image over the threshold fails the deployment. */
            enforce: z.boolean(),
            /** What somebody accepts in the image without a verdict. */
            accept: z.array(acceptanceSchema).optional(),
            /** Clair's report: JSON, gzip, base64. */
            report: z.string().min(1),
        }),
    ),
    /** The files that rules of the policy rest on, as they were when the settings were read; where any is set. */
    lists: listFilesSchema.optional(),
    /** The advisories that the verdicts rest on; without them nothing is judged. */
    advisories: advisoryFactsSchema.optional(),
    /** Images that Clair must have flagged, for each distribution and language on which a verdict rests. */
    canaries: z.array(scannedCanarySchema),
    /** The last day on which an acceptance, an exception, a finding's grace or a release ran out: its change has the gate judge again. */
    lapsed: z.string().optional(),
});

export type GateInput = z.input<typeof gateInputSchema>;

type Scan = GateInput["scans"][number];

/** What of an image was judged, and what somebody answers for. */
interface Held {
    readonly packages: number;
    readonly judged: readonly JudgedPart[];
    /** Parts without a verdict that nobody accepts. */
    readonly unjudged: readonly UnjudgedPart[];
    /** What does not count: acceptances, exceptions and statements that were used, and findings in their grace, in words. */
    readonly accepted: readonly string[];
    /** What ran out of that, or nothing needs, and what the lists do not tell, in words. */
    readonly notes: readonly string[];
}

/** One image, scanned and judged. */
export interface ScannedImage {
    readonly name: string;
    readonly image: string;
    readonly digest: string;
    readonly judgement: Judgement | ErrorJudgement;
    /** undefined where there is no report. */
    readonly held: Held | undefined;
    /** What Clair found; undefined where its report could not be read. */
    readonly report: ScanReport | undefined;
    /** Clair's own JSON; undefined where it could not be read. */
    readonly raw: string | undefined;
}

export interface GateResult {
    readonly images: readonly ScannedImage[];
    /** Reasons why the gate is not passed, one for each image or fact; empty when the gate is passed. */
    readonly failures: readonly string[];
}

type ListsRead = { readonly lists: Lists } | { readonly reason: string };

/** What the files say that rules of the policy rest on; or the reason why no verdict may rest on them. */
function listsOf({ lists }: GateInput, today: string, contents: Contents | undefined): ListsRead {
    try {
        return { lists: lists === undefined ? {} : readLists(lists, today, contents) };
    } catch (error) {
        return { reason: reasonOf(error) };
    }
}

/** What of an image was judged, with what is accepted of the rest. */
function heldOf(
    scan: Scan,
    { inventory }: ScanReport,
    advisories: GateInput["advisories"],
    canaries: CheckedCanaries,
    today: string,
): Held {
    const { packages, judged, unjudged, rests } = coverageOf(inventory, advisories, today);
    const doubts = doubtsOf(canaries, rests);
    const doubtful = judged.flatMap(({ what, packages: number }) => {
        const reason = doubts.get(what);
        return reason === undefined ? [] : [{ what, packages: number, reason }];
    });
    const { accepted, left, expired, unused } = applyAcceptances(
        [...unjudged, ...doubtful],
        scan.accept ?? [],
        today,
    );
    const key = acceptKey(scan.name);
    return {
        packages,
        judged: judged.filter(({ what }) => !doubts.has(what)),
        unjudged: left,
        accepted: accepted.map(
            ({ part, acceptance }) =>
                `${unjudgedText(part)}, which nobody judged, is accepted ${answerText(acceptance)}`,
        ),
        notes: [
            ...canaryNotes(canaries, rests),
            ...expired.map(
                ({ what, until }) =>
                    `${key}: the acceptance of ${what} ended on ${until}; renew it or take it out`,
            ),
            ...unused.map(({ what }) => `${key}: nothing needs the acceptance of ${what}; take it out`),
        ],
    };
}

function scanned(
    scan: Scan,
    input: GateInput,
    { lists, canaries }: { readonly lists: ListsRead; readonly canaries: CheckedCanaries },
    today: string,
): ScannedImage {
    const { name, image, digest, enforce } = scan;
    const found = readReport(scan.report, digest);
    if ("reason" in found) {
        const judgement = { verdict: "error", reason: found.reason } as const;
        return { name, image, digest, judgement, held: undefined, report: undefined, raw: undefined };
    }
    const { report, raw } = found;
    if ("reason" in lists) {
        const judgement = { verdict: "error", reason: `no verdict: ${lists.reason}` } as const;
        return { name, image, digest, judgement, held: undefined, report, raw };
    }
    const exceptions = holding(exceptionsFor(name, input.exceptions ?? []), today);
    const held = heldOf(scan, report, input.advisories, canaries, today);
    try {
        const { vex = [] } = lists.lists;
        const judged = { repository: image.replace(/@.*/, ""), digest, inventory: report.inventory };
        const judgement = judge(report, input.policy, enforce, {
            exceptions,
            lists: lists.lists,
            statementOf: (finding) => statementOf(finding, judged, vex),
            today,
        });
        // An image that fails is refused whatever else is in it.
        const unknown = held.unjudged.length > 0 && judgement.verdict !== "fail";
        return {
            name,
            image,
            digest,
            judgement: unknown
                ? {
                      ...judgement,
                      verdict: "error",
                      reason: `no verdict: nobody judged ${unjudgedTexts(held.unjudged)}`,
                  }
                : judgement,
            held: {
                ...held,
                accepted: [...held.accepted, ...leftOutTexts(judgement)],
                notes: [...held.notes, ...judgement.untold.map((text) => `${name}: ${text}`)],
            },
            report,
            raw,
        };
    } catch (error) {
        return {
            name,
            image,
            digest,
            judgement: { verdict: "error", reason: reasonOf(error) },
            held,
            report,
            raw,
        };
    }
}

/**
 * Judges all images. Any uncertainty is a failure.
 *
 * @param today in UTC, `2027-03-31`
 * @param contents the contents of the policy's files, where they are not to be read from their paths
 */
export function runGate(
    input: GateInput,
    today = new Date().toISOString().slice(0, 10),
    contents?: Contents,
): GateResult {
    const lists = listsOf(input, today, contents);
    const canaries = checkCanaries(input.canaries);
    const scannedImages = input.scans.map((scan) => scanned(scan, input, { lists, canaries }, today));
    const used = new Set(
        scannedImages.flatMap(({ judgement }) =>
            (judgement.excepted ?? []).map(({ exception }) => exception),
        ),
    );
    const stated = new Set(
        scannedImages.flatMap(({ judgement }) => (judgement.taken ?? []).map(({ statement }) => statement)),
    );
    const vex = "lists" in lists ? (lists.lists.vex ?? []) : [];
    const notes = [...exceptionNotes(input.exceptions ?? [], used, today), ...statementNotes(vex, stated)];
    const images = scannedImages.map((image) => ({
        ...image,
        held: image.held && { ...image.held, notes: [...image.held.notes, ...notes] },
    }));
    return {
        images,
        failures: [
            ...(images.length === 0 ? ["no image was scanned, and so nothing was judged"] : []),
            ...images.flatMap((image) =>
                failureOf({ ...image, unjudged: image.held?.unjudged ?? [] }, input.policy),
            ),
        ],
    };
}

import { z } from "zod";
import { checkIdSchema } from "../exceptions";
import type { AuditReport, CheckResult, Result } from "../model";
import { scoreOf } from "../score";
import { sections } from "./sections";

/** Docker Bench's JSON, ours or its own: the parts that a comparison needs. */
const baselineSchema = z.object({
    score: z.int(),
    tests: z.array(
        z.object({
            results: z.array(
                z.object({
                    id: checkIdSchema,
                    result: z.enum(["PASS", "WARN", "INFO", "NOTE"]),
                    items: z.array(z.string()).default([]),
                }),
            ),
        }),
    ),
});

/** The score and the verdicts of an earlier audit. */
export interface Baseline {
    readonly score: number;
    readonly results: ReadonlyMap<string, { readonly result: Result; readonly items: readonly string[] }>;
}

/**
 * Reads an earlier audit: this program's JSON, or that of Docker Bench for Security.
 *
 * @param file name of the earlier audit's file, for the error
 * @throws Error that names the part that does not fit
 */
export function parseBaseline(text: string, file: string): Baseline {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Error(`${file} is no JSON: give an audit that was written with --format json`);
    }
    const parsed = baselineSchema.safeParse(value);
    if (!parsed.success) {
        throw new Error(
            `${file} is no audit in Docker Bench's shape; give one that was written with --format json: ${z.prettifyError(parsed.error)}`,
        );
    }
    const results = parsed.data.tests.flatMap((section) => section.results);
    return { score: parsed.data.score, results: new Map(results.map((result) => [result.id, result])) };
}

/** The audit of a report, as the baseline of a later one. */
export function baselineOf(report: AuditReport): Baseline {
    return {
        score: report.score,
        results: new Map(report.results.map(({ id, result, items = [] }) => [id, { result, items }])),
    };
}

/** Points of a section: scored PASS less scored WARN. */
interface SectionScore {
    readonly section: number;
    readonly title: string;
    readonly before: number;
    readonly after: number;
    /** Points of the section if all its scored checks passed. */
    readonly best: number;
}

/** A check that warns in only one of two audits, or warns of other items. */
export interface WarningChange {
    readonly id: string;
    readonly title: string;
    /** The items that came, or went; empty where the WARN is about the host as a whole. */
    readonly items: readonly string[];
}

/** An audit beside an earlier one. */
export interface Comparison {
    readonly scoreBefore: number;
    readonly scoreAfter: number;
    readonly sections: readonly SectionScore[];
    readonly newWarnings: readonly WarningChange[];
    readonly fixedWarnings: readonly WarningChange[];
}

interface Verdict {
    readonly result: Result;
    readonly items: readonly string[];
}

const unheard: Verdict = { result: "INFO", items: [] };

/** The part of a WARN that `to` has and `from` does not. */
function change(check: CheckResult, from: Verdict, to: Verdict): WarningChange[] {
    if (to.result !== "WARN") {
        return [];
    }
    const { id, title } = check;
    if (from.result !== "WARN") {
        return [{ id, title, items: to.items }];
    }
    const items = to.items.filter((item) => !from.items.includes(item));
    return items.length === 0 ? [] : [{ id, title, items }];
}

/** Sets an audit beside an earlier one. Which checks are scored is taken from the later one. */
export function compare(baseline: Baseline, report: AuditReport): Comparison {
    const pairs = report.results.map((check) => ({
        check,
        before: baseline.results.get(check.id) ?? unheard,
        after: { result: check.result, items: check.items ?? [] },
    }));
    return {
        scoreBefore: baseline.score,
        scoreAfter: report.score,
        sections: sections.map(({ id, title }) => {
            const scored = pairs.filter(({ check }) => check.section === id && check.scored);
            const sum = (side: "before" | "after"): number =>
                scoreOf(scored.map((pair) => ({ scored: true, result: pair[side].result })));
            return { section: id, title, before: sum("before"), after: sum("after"), best: scored.length };
        }),
        newWarnings: pairs.flatMap(({ check, before, after }) => change(check, before, after)),
        fixedWarnings: pairs.flatMap(({ check, before, after }) => change(check, after, before)),
    };
}

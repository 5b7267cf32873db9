import { counted } from "../text/count";
import type { UnjudgedPart } from "./coverage";
import type { ErrorJudgement, Judgement, Policy } from "./policy";
import { findingText, unjudgedTexts } from "./words";

/** The key of the settings under which somebody accepts what nobody judged in an image. */
export function acceptKey(name: string): string {
    if (name.startsWith("portcullis/")) {
        return "portcullis:stackImages.accept";
    }
    return /^[A-Za-z][A-Za-z0-9]*$/.test(name)
        ? `portcullis:images.${name}.accept`
        : `portcullis:images["${name}"].accept`;
}

/** An image that was judged, or not. */
interface JudgedImage {
    /** Repository in the private registry. */
    readonly name: string;
    /** Reference by digest. */
    readonly image: string;
    readonly judgement: Judgement | ErrorJudgement;
    /** Parts without a verdict that nobody accepts. */
    readonly unjudged: readonly UnjudgedPart[];
}

/** The rule by which findings fail an image whatever the threshold, with their number; empty where none does. */
function alarmRule({ alarms }: Pick<Judgement, "alarms">): string[] {
    const number = counted(alarms.length, "finding");
    return alarms.length === 0
        ? []
        : [
              `${number} that ${alarms.length === 1 ? "fails" : "fail"} an image whatever the severity, the fix and portcullis:scan.threshold`,
          ];
}

/** The rule by which an image is over the threshold, with the number of findings; empty where the image is not. */
function thresholdRule(
    { over, counted: findings }: Pick<Judgement, "over" | "counted">,
    policy: Policy,
): string[] {
    return over
        ? [
              `${counted(findings.length, "finding")} of severity ${policy.severity} or above` +
                  ` (a finding without a severity counts as ${policy.unknownAs}), ${policy.threshold} allowed (portcullis:scan.threshold)`,
          ]
        : [];
}

/** The rules by which an image is over the threshold, or fails whatever that is, in words. */
export function rulesBroken(judgement: Judgement | ErrorJudgement, policy: Policy): string[] {
    const { alarms = [], over = false, counted: findings = [] } = judgement;
    return [...alarmRule({ alarms }), ...thresholdRule({ over, counted: findings }, policy)];
}

/** The findings that fail an image whatever the threshold. */
function alarmLines(image: string, judgement: Judgement): string[] {
    const lines = judgement.alarms.map(
        ({ finding, reasons }) => `    ${findingText(finding)}: ${reasons.join("; ")}`,
    );
    return alarmRule(judgement).flatMap((rule) => [`${image}: ${rule}`, ...lines]);
}

/** The findings of an image that is over the threshold. */
function thresholdLines(image: string, judgement: Judgement, policy: Policy): string[] {
    const lines = judgement.counted.map((finding) => `    ${findingText(finding)}`);
    return thresholdRule(judgement, policy).flatMap((rule) => [`${image}: ${rule}`, ...lines]);
}

/** Why an image is refused, what was found and what to do; empty where the image is not. */
export function failureOf({ name, image, judgement, unjudged }: JudgedImage, policy: Policy): string[] {
    if (judgement.verdict === "error") {
        const remedy =
            ". Load advisories for that (portcullis:scanner), choose another base image, or have somebody answer for it " +
            `(${acceptKey(name)})`;
        return [`${image}: ${judgement.reason}${unjudged.length === 0 ? "" : remedy}`];
    }
    if (judgement.verdict !== "fail") {
        return [];
    }
    const rest = unjudged.length === 0 ? [] : [`    and nobody judged ${unjudgedTexts(unjudged)}`];
    return [
        [...alarmLines(image, judgement), ...thresholdLines(image, judgement, policy), ...rest].join("\n"),
    ];
}

import { z } from "zod";
import { answeredFor, word } from "./accept";
import type { Finding } from "./report";

export const findingExceptionSchema = z.strictObject({
    vulnerability: word.meta({
        description: "Id of the vulnerability, or one of its CVE ids, e.g. `CVE-2026-1234`.",
    }),
    package: word.optional().meta({ description: "Package that is excepted; default: each that has it." }),
    image: word.optional().meta({
        description: "Repository in the private registry, e.g. `team/app`; default: all images.",
    }),
    ...answeredFor,
});

/** A vulnerability that somebody answers for, for some time. */
export type FindingException = z.infer<typeof findingExceptionSchema>;

/** `CVE-2026-1234 of openssl in team/app` */
export function exceptionText({ vulnerability, package: name, image }: FindingException): string {
    return [
        vulnerability,
        ...(name === undefined ? [] : [`of ${name}`]),
        ...(image === undefined ? [] : [`in ${image}`]),
    ].join(" ");
}

/** The exceptions that are about an image. @param image repository in the private registry */
export function exceptionsFor(image: string, exceptions: readonly FindingException[]): FindingException[] {
    return exceptions.filter((exception) => exception.image === undefined || exception.image === image);
}

/** The exceptions that hold on a day. @param today in UTC, `2027-03-31`; they hold on the day that they name */
export function holding(exceptions: readonly FindingException[], today: string): FindingException[] {
    return exceptions.filter(({ until }) => until >= today);
}

/** How the first exception that covers a finding is found: by its id, as there may be thousands of both. */
export function exceptionFinder(
    exceptions: readonly FindingException[],
): (finding: Finding) => FindingException | undefined {
    const byId = Map.groupBy(exceptions.entries(), ([, { vulnerability }]) => vulnerability);
    return (finding) =>
        [finding.vulnerability, ...finding.cves]
            .flatMap((id) => byId.get(id) ?? [])
            .filter(([, { package: name }]) => name === undefined || name === finding.package)
            .sort(([a], [b]) => a - b)[0]?.[1];
}

/**
 * What is to be said of the exceptions: those that ran out, and those that nothing needs.
 *
 * @param used those that took a finding off the count
 * @param today in UTC, `2027-03-31`
 */
export function exceptionNotes(
    exceptions: readonly FindingException[],
    used: ReadonlySet<FindingException>,
    today: string,
): string[] {
    return exceptions.flatMap((exception) => {
        const text = `portcullis:scan.exceptions: the exception of ${exceptionText(exception)}`;
        if (exception.until < today) {
            return [
                `${text} ended on ${exception.until}, and the finding counts again; renew it or take it out`,
            ];
        }
        return used.has(exception) ? [] : [`${text} excepts nothing; take it out`];
    });
}

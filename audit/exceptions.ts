import { z } from "zod";
import type { CheckResult } from "./model";

const checkIdError = { error: "expected the id of a check, in quotes, e.g. '5.13'" };

/** Docker Bench's id of a check, e.g. `5.13` or `1.1.3`. */
export const checkIdSchema = z
    .string(checkIdError)
    .regex(/^[1-7](\.[1-9][0-9]?){1,2}$/, checkIdError)
    .meta({ takes: "id of a check, in quotes, e.g. `'5.13'`" });

const word = z.string().trim().min(1, "expected some text");

const exceptionSchema = z
    .strictObject({
        check: checkIdSchema.meta({ description: "The check whose WARN is accepted." }),
        container: word.optional().meta({
            description: "Name of the container that is excepted; default: all that the check warns of.",
        }),
        image: word.optional().meta({
            description:
                "Image that is excepted, and its containers, instead of `container`; without tag or digest the whole repository.",
        }),
        owner: word.meta({ description: "Who answers for the exception." }),
        reason: word.meta({ description: "Why the WARN is accepted." }),
        expires: z.iso
            .date({ error: "expected the last day on which it holds, e.g. 2027-03-31" })
            .meta({ description: "Last day on which the exception holds, in UTC." }),
    })
    .refine((value) => value.container === undefined || value.image === undefined, {
        error: "expected container or image, not both",
    });

/** A WARN that somebody accepts, for some time. */
export type Exception = z.infer<typeof exceptionSchema>;

/** The exceptions of a stack or of an exceptions file. */
export const exceptionsSchema = z.array(exceptionSchema);

/** A WARN, with the items that are left after the exceptions were taken off. */
export interface Finding {
    readonly check: CheckResult;
    /** Empty where the WARN is about the host or its engine as a whole. */
    readonly items: readonly string[];
}

/** The part of a WARN that an exception accepts. */
export interface Waiver {
    readonly exception: Exception;
    readonly check: CheckResult;
    /** Empty where the whole WARN is excepted, and it has no items. */
    readonly items: readonly string[];
}

/** WARNs and exceptions, matched. */
export interface Excepted {
    /** WARNs that no exception that still holds covers in full. */
    readonly findings: readonly Finding[];
    readonly waivers: readonly Waiver[];
    readonly expired: readonly Exception[];
    /** Exceptions that still hold, but match no WARN. */
    readonly unused: readonly Exception[];
}

/** The names of each container's image, by the container's name. */
export type ContainerImages = ReadonlyMap<string, readonly string[]>;

/** The container of an item: the check may say more behind its name, e.g. `web:8080`. */
function isContainer(item: string, container: string): boolean {
    return item.startsWith(container) && !/^[A-Za-z0-9_.-]/.test(item.slice(container.length));
}

/** Whether a reference names this image: the same text, or with a tag or digest where the exception names none. */
function isImage(reference: string, image: string): boolean {
    return (
        reference.startsWith(image) &&
        /^(:[A-Za-z0-9_.-]+)?(@[a-z0-9]+:[0-9a-f]+)?$/.test(reference.slice(image.length))
    );
}

/** `5.13 on container web` */
export function exceptionText({ check, container, image }: Exception): string {
    if (container !== undefined) {
        return `${check} on container ${container}`;
    }
    return image === undefined ? check : `${check} on image ${image}`;
}

function covers(exception: Exception, item: string, images: ContainerImages): boolean {
    const { container, image } = exception;
    if (container !== undefined) {
        return isContainer(item, container);
    }
    // An image with several tags is one item: its tags, with blanks between them.
    if (image === undefined || item.split(" ").some((tag) => isImage(tag, image))) {
        return true;
    }
    return [...images].some(
        ([name, references]) =>
            isContainer(item, name) && references.some((reference) => isImage(reference, image)),
    );
}

/** The part of one WARN that exceptions cover. */
function waive(check: CheckResult, holding: readonly Exception[], images: ContainerImages): Waiver[] {
    const items = check.items ?? [];
    let left = items;
    return holding.flatMap((exception) => {
        if (exception.check !== check.id) {
            return [];
        }
        const whole = exception.container === undefined && exception.image === undefined;
        if (items.length === 0) {
            return whole ? [{ exception, check, items: [] }] : [];
        }
        const covered = left.filter((item) => covers(exception, item, images));
        left = left.filter((item) => !covered.includes(item));
        return covered.length === 0 ? [] : [{ exception, check, items: covered }];
    });
}

/**
 * Takes the exceptions that still hold off the WARNs of an audit.
 *
 * @param today day of the audit in UTC, `2027-03-31`; an exception holds on the day that it names
 * @param images of the containers, for exceptions by image
 */
export function applyExceptions(
    results: readonly CheckResult[],
    exceptions: readonly Exception[],
    today: string,
    images: ContainerImages = new Map(),
): Excepted {
    const expired = exceptions.filter(({ expires }) => expires < today);
    const holding = exceptions.filter(({ expires }) => expires >= today);
    const warnings = results.filter(({ result }) => result === "WARN");
    const waivers = warnings.flatMap((check) => waive(check, holding, images));
    const findings = warnings.flatMap((check): Finding[] => {
        const own = waivers.filter((waiver) => waiver.check === check);
        const items = check.items ?? [];
        if (items.length === 0) {
            return own.length === 0 ? [{ check, items }] : [];
        }
        const waived = new Set(own.flatMap((waiver) => waiver.items));
        const left = items.filter((item) => !waived.has(item));
        return left.length === 0 ? [] : [{ check, items: left }];
    });
    const used = new Set(waivers.map(({ exception }) => exception));
    return { findings, waivers, expired, unused: holding.filter((exception) => !used.has(exception)) };
}

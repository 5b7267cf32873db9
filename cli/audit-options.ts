/** The words that the options of `portcullis audit` take; the error for a wrong word names the right ones. */
import { InvalidArgumentError } from "commander";
import {
    parseDockerBenchSource,
    trustedUsersSchema,
    type DockerBenchSettings,
} from "../audit/docker-bench/settings";
import { checkIdSchema } from "../audit/exceptions";
import { reasonOf } from "../text/reason";

/** A whole number. */
export function wholeNumber(text: string): number {
    if (!/^-?[0-9]+$/.test(text)) {
        throw new InvalidArgumentError("Expected a whole number.");
    }
    return Number(text);
}

/** Seconds within an hour. */
export function seconds(text: string): number {
    const number = wholeNumber(text);
    if (number < 1 || number > 3600) {
        throw new InvalidArgumentError("Expected 1 to 3600 seconds.");
    }
    return number;
}

/** Ids of checks with commas between, added to those of earlier options. */
export function checkIds(text: string, earlier: readonly string[]): string[] {
    const ids = text.split(",");
    const wrong = ids.find((id) => !checkIdSchema.safeParse(id).success);
    if (wrong !== undefined) {
        throw new InvalidArgumentError(`'${wrong}' is no id of a check; expected e.g. 2.12 or 2.12,4.5.`);
    }
    return [...earlier, ...ids];
}

/** `script:PATH` or `image:REFERENCE`. */
export function benchSource(text: string): DockerBenchSettings {
    try {
        return parseDockerBenchSource(text);
    } catch (error) {
        throw new InvalidArgumentError(reasonOf(error));
    }
}

/** Names of users with commas between. */
export function users(text: string): string[] {
    const parsed = trustedUsersSchema.safeParse(text.split(","));
    if (!parsed.success) {
        throw new InvalidArgumentError("Expected names of users, e.g. alice,bob.");
    }
    return parsed.data;
}

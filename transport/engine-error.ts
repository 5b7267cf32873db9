/** The engine's answers when it cannot do something. */
import { z } from "zod";
import { reasonOf } from "../text/reason";

const apiError = z.object({
    statusCode: z.number().optional(),
    json: z.object({ message: z.string() }).optional(),
});

/** The text that dockerode puts in front of an answer that is no JSON. */
const codePrefix = /^\(HTTP code \d+\) [\w ]+ - /;

/** The engine's own words about an error, or the error's own message. */
export function engineMessage(error: unknown): string {
    const parsed = apiError.safeParse(error);
    const own = parsed.success ? parsed.data.json?.message : undefined;
    const text = own ?? reasonOf(error);
    return text.replace(codePrefix, "").trim();
}

/** True when the engine says that the requested thing is not there. */
export function isNotFound(error: unknown): boolean {
    const parsed = apiError.safeParse(error);
    return parsed.success && parsed.data.statusCode === 404;
}

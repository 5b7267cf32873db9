/** Failures of the engine, in its own words. */
import { engineMessage } from "../../../../transport/engine-error";

/** True when the engine's words contain one of the texts, whatever the case. */
export function says(error: unknown, ...texts: string[]): boolean {
    const message = engineMessage(error).toLowerCase();
    return texts.some((text) => message.includes(text.toLowerCase()));
}

/** Does something with the engine; an error says what could not be done, and what the engine said. */
export async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
        return await action();
    } catch (error) {
        throw new Error(`${what}: ${engineMessage(error)}`, { cause: error });
    }
}

/** Waiting for the engine to let go of something. */
import { setTimeout as sleep } from "node:timers/promises";

const pauseMs = 500;

/**
 * Tries an action until the action works.
 * @param busy tells whether an error only means "not yet".
 * @param limitMs the time after which the last error is thrown.
 */
export async function retryWhile<T>(
    busy: (error: unknown) => boolean,
    limitMs: number,
    signal: AbortSignal,
    action: () => Promise<T>,
): Promise<T> {
    const end = Date.now() + limitMs;
    for (;;) {
        try {
            return await action();
        } catch (error) {
            if (!busy(error) || Date.now() > end) {
                throw error;
            }
        }
        await sleep(pauseMs, undefined, { signal });
    }
}

/** Operations under way: each has an abort signal that fires on Cancel, on its custom timeout, or at the end. */

/** The longest time that setTimeout can count (ms, about 25 days). */
const longestTimeoutMs = 2 ** 31 - 1;

/** The set of operations that a Cancel from the engine ends. */
export class Operations {
    private readonly running = new Set<AbortController>();
    private cancelled = false;

    /**
     * Runs one operation.
     * @param timeoutSeconds the engine's custom timeout; 0 means none.
     */
    async run<T>(timeoutSeconds: number, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
        const controller = new AbortController();
        const timer = timeoutSeconds > 0 ? this.startTimer(controller, timeoutSeconds) : undefined;
        this.running.add(controller);
        if (this.cancelled) {
            controller.abort(new Error("context canceled"));
        }
        try {
            return await operation(controller.signal);
        } finally {
            clearTimeout(timer);
            this.running.delete(controller);
        }
    }

    /** Aborts all that runs, and all that is started later: after a Cancel the engine only winds up. */
    cancel(): void {
        this.cancelled = true;
        for (const controller of this.running) {
            controller.abort(new Error("context canceled"));
        }
    }

    private startTimer(controller: AbortController, seconds: number): NodeJS.Timeout {
        const expire = (): void => {
            controller.abort(new Error("context deadline exceeded"));
        };
        return setTimeout(expire, Math.min(seconds * 1000, longestTimeoutMs));
    }
}

/** Docker Bench's verdicts on swarm mode. */
import type { ForetoldTable } from "./define";

/** In nanoseconds. */
const twoDays = 48 * 3600 * 1e9;
const threeDays = 72 * 3600 * 1e9;

export const foretoldOfSwarm: ForetoldTable = {
    "7.7": ({ swarm: { state, certificateExpiry = 0 } }) => ({
        result:
            state !== "active" || (certificateExpiry >= twoDays && certificateExpiry < threeDays)
                ? "PASS"
                : "INFO",
        why: "Docker Bench passes what Docker prints as `2 days`, and neither a shorter nor a more exact time.",
    }),
};

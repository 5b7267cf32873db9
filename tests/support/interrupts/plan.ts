/** The interrupts to try, and their times: a seeded plan, so that a run can be made again. */

/** The command that is interrupted. */
const phases = ["first up", "changed up", "refresh", "destroy"] as const;
export type Phase = (typeof phases)[number];

/** The way to interrupt. */
const kinds = [
    "INT",
    "KILL pulumi",
    "cut the link",
    "TERM",
    "KILL the command plugin",
    "INT twice",
    "KILL ssh",
    "KILL the docker plugin",
    "HUP",
    "sleep for half a minute",
] as const;
export type Kind = (typeof kinds)[number];

export interface Interrupt {
    readonly phase: Phase;
    readonly kind: Kind;
    /** The moment, as a part of the time that the phase takes undisturbed (0 to 1). */
    readonly at: number;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function clock(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** A plan of so many interrupts: phases and kinds in turn, so that each pair comes up, and the seed's times. */
export function interruptPlan(count: number, seed: number): Interrupt[] {
    const next = clock(seed);
    return Array.from({ length: count }, (_, index) => ({
        phase: phases[index % phases.length] ?? "first up",
        // The kinds move one further in each round, since phases and kinds are even in number.
        kind: kinds[(index + Math.floor(index / 20)) % kinds.length] ?? "INT",
        at: 0.05 + 0.9 * next(),
    }));
}

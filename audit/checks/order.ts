/** The order of checks, by the numbers in their ids. */

/** Compares two ids number by number: `1.1.2`, `1.1.10`, `1.2.1`, `2.1`. */
function byNumbers(left: string, right: string): number {
    const [a, b] = [left.split(".").map(Number), right.split(".").map(Number)];
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
        const difference = (a[index] ?? 0) - (b[index] ?? 0);
        if (difference !== 0) {
            return difference;
        }
    }
    return 0;
}

/**
 * Sorts things by the ids of their checks.
 * @throws Error where an id stands twice.
 */
export function inOrder<T extends { readonly id: string }>(all: readonly T[]): T[] {
    const sorted = [...all].sort((a, b) => byNumbers(a.id, b.id));
    const twice = sorted.find(({ id }, index) => byNumbers(id, sorted[index + 1]?.id ?? "") === 0);
    if (twice !== undefined) {
        throw new Error(`check ${twice.id} is there twice: each id of Docker Bench has one check`);
    }
    return sorted;
}

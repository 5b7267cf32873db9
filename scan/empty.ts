import type { HeldPackage } from "./inventory";
import { containerKey, unmatchable } from "./matchers";

/** Whether a package stands for an image of Red Hat's as a whole. */
function isContainer({ places }: HeldPackage): boolean {
    return places.every(({ records }) => records.every(({ repository }) => repository?.key === containerKey));
}

/**
 * Whether there is nothing in a package that could be judged: a name for others' dependencies (`apk add --virtual`), or the
 * mark of a Red Hat image under another one, for which the upper one's counts.
 */
export function isEmpty(held: HeldPackage, all: readonly HeldPackage[]): boolean {
    if (held.versionKind === unmatchable) {
        return (
            isContainer(held) && all.some((other) => isContainer(other) && other.versionKind !== unmatchable)
        );
    }
    return (
        held.name.startsWith(".") &&
        held.source === "" &&
        held.places.every(({ database }) => database.endsWith("lib/apk/db/installed"))
    );
}

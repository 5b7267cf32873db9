import { PackageURL } from "packageurl-js";
import type { HeldPackage, Place } from "./inventory";
import { matcherOf } from "./matchers";

/** The name of a package in PyPI's own form (PEP 503). */
export function pythonName(name: string): string {
    return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The package URL of a package in one place, less its version, and the `distro` that it may name; undefined: not known. */
export function purlAt(
    { name }: HeldPackage,
    { records }: Place,
): { base: string; distro: string } | undefined {
    const found = records.flatMap((record) => {
        const kind = matcherOf(record)?.purl;
        const { distribution } = record;
        const distro = distribution === undefined ? "" : `${distribution.id}-${distribution.version}`;
        const named = kind === "pypi" ? pythonName(name) : kind === "maven" ? name.replace(":", "/") : name;
        return kind === undefined ? [] : [{ base: `${kind}/${named}`, distro }];
    });
    const [first, ...others] = found;
    return others.every(({ base, distro }) => base === first?.base && distro === first.distro)
        ? first
        : undefined;
}

/** The package URL of a package; undefined where it is another one in each place, or none is known. */
export function purlText(held: HeldPackage): string | undefined {
    const [first, ...others] = held.places.map((place) => purlAt(held, place));
    if (
        first === undefined ||
        others.some((other) => other?.base !== first.base || other.distro !== first.distro)
    ) {
        return undefined;
    }
    const [type = "", ...rest] = first.base.split("/");
    const qualifiers = first.distro === "" ? undefined : { distro: first.distro };
    try {
        return new PackageURL(
            type,
            rest.slice(0, -1).join("/"),
            rest.at(-1) ?? "",
            held.version,
            qualifiers,
            undefined,
        ).toString();
    } catch {
        // A name of which no package URL can be made, as an image may hold.
        return undefined;
    }
}

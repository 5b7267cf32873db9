import type { AdvisoryFacts } from "../outputs/advisories";
import { clip } from "../text/clip";
import { isEmpty } from "./empty";
import { endOf } from "./ends";
import type { Distribution, HeldPackage, IndexRecord, Inventory, Place } from "./inventory";
import { matcherOf, notCanonical, notComparable, reaches, type CoverageFact, type Matcher } from "./matchers";

/** A part of an image that the database has advisories for. */
export interface JudgedPart {
    /** `debian:13`, `go` */
    readonly what: string;
    /** `Debian 13`, `Go` */
    readonly title: string;
    readonly packages: number;
    /** Advisories that the database has for just this. */
    readonly advisories: number;
    /** Day of the oldest of these data, `2026-08-21`. */
    readonly date: string;
}

/** A part of an image that nobody judged. */
export interface UnjudgedPart {
    /** `debian:14`, `go`, `package:NAME`, `no-packages`, `no-distribution` or `unknown-distribution`: what an acceptance names. */
    readonly what: string;
    readonly packages: number;
    readonly reason: string;
}

/** What of an image was judged. An image is judged where it has no part that is not. */
export interface Coverage {
    readonly packages: number;
    readonly judged: readonly JudgedPart[];
    readonly unjudged: readonly UnjudgedPart[];
    /** What a verdict on the judged parts rests on, in their order. */
    readonly rests: readonly JudgedFacts[];
}

/** How one place of a package, or a distribution, came off. */
type Found = JudgedFound | { readonly what: string; readonly reason: string };

/** One that the database has advisories for. */
interface JudgedFound {
    readonly what: string;
    readonly title: string;
    readonly facts: readonly CoverageFact[];
}

/** What the database has, and the day. */
interface Data {
    /** What updaters brought, and still answer for. */
    readonly facts: readonly CoverageFact[];
    /** What is wrong with updaters, in brackets, or "". */
    readonly problems: string;
    readonly today: string;
}

function dataFor(advisories: AdvisoryFacts | undefined, today: string): Data {
    const { updaters, coverage } = advisories ?? { updaters: [], coverage: [] };
    const alive = new Set(
        updaters
            .filter(({ advisories: number, problem }) => number > 0 && problem === "")
            .map(({ name }) => name),
    );
    const problems = updaters.map(({ problem }) => problem).filter((problem) => problem !== "");
    return {
        facts: coverage.filter(({ updater, advisories: number }) => number > 0 && alive.has(updater)),
        problems:
            problems.length === 0
                ? ""
                : ` (${problems
                      .slice(0, 3)
                      .map((one) => clip(one, 400))
                      .join("; ")})`,
        today,
    };
}

/** `debian:13` */
function releaseOf({ id, version }: Distribution): string {
    return `${id}:${version}`;
}

/** The part of the image that a record belongs to, and its words. */
function partOf(matcher: Matcher | undefined, { distribution, repository }: IndexRecord): [string, string] {
    if (matcher !== undefined && "part" in matcher && matcher.part !== undefined) {
        return [matcher.part, matcher.title];
    }
    if (distribution !== undefined) {
        const what = releaseOf(distribution);
        return [what, matcher === undefined ? what : `${matcher.title} ${distribution.version}`];
    }
    const name = repository === undefined ? "unknown-distribution" : repository.name || repository.key;
    return [name.replaceAll(/\s+/g, "-"), matcher?.title ?? name];
}

/** What the database has for a record, whatever its package is. */
function recordFound(record: IndexRecord, data: Data): Found {
    const matcher = matcherOf(record);
    const [what, title] = partOf(matcher, record);
    if (record.distribution === undefined && record.repository === undefined) {
        return {
            what,
            reason: "Clair recognised no distribution with a version for them, and so compared them with nothing (Debian testing and sid have no version)",
        };
    }
    if (matcher === undefined) {
        return { what, reason: `Clair compares nothing of ${title} with advisories` };
    }
    const odd = notCanonical(matcher, record);
    if (odd !== undefined) {
        return { what, reason: odd };
    }
    const end = endOf(what, data.today);
    if (end !== undefined) {
        return { what, reason: `${title} ended on ${end}, and nobody writes all advisories for it any more` };
    }
    const reached = data.facts.filter((fact) => reaches(matcher, fact, record));
    return reached.length === 0
        ? {
              what,
              reason: `the database has no advisories for ${title} from an updater that is alive${data.problems}`,
          }
        : { what, title, facts: reached };
}

/** How a package in one place came off: judged where Clair compares one of its records. */
function placeFound(held: HeldPackage, { records }: Place, data: Data): Found {
    const all = records.map((record): Found => {
        const matcher = matcherOf(record);
        const reason = matcher === undefined ? undefined : notComparable(matcher, held);
        // Whatever the database has: who accepts the rest of the part does not accept this one.
        return reason === undefined ? recordFound(record, data) : { what: `package:${held.name}`, reason };
    });
    return (
        all.find((found) => "facts" in found) ??
        all.find(({ what }) => what !== "unknown-distribution") ??
        all[0] ?? { what: "unknown-distribution", reason: "Clair compared it with nothing" }
    );
}

/** A distribution in which no package was judged. */
function distributionFound(distribution: Distribution, found: readonly Found[], data: Data): Found[] {
    const what = releaseOf(distribution);
    if (distribution.version === "") {
        return [{ what, reason: "it has no version, and advisories are for one" }];
    }
    return found.some((one) => one.what === what)
        ? []
        : [recordFound({ distribution, repository: undefined }, data)];
}

/** The parts, each once, with its packages: one entry of `found` for each package in each place. */
function grouped<T extends Found>(
    found: readonly (readonly [HeldPackage | undefined, T])[],
): { first: T; all: readonly T[]; packages: number }[] {
    const groups = new Map<string, { first: T; all: T[]; held: Set<HeldPackage> }>();
    for (const [held, one] of found) {
        const group = groups.get(one.what) ?? { first: one, all: [], held: new Set() };
        groups.set(one.what, group);
        group.all.push(one);
        if (held !== undefined) {
            group.held.add(held);
        }
    }
    return [...groups.values()].map(({ first, all, held }) => ({ first, all, packages: held.size }));
}

/** How many advisories there are for a part, and from when the oldest are. */
function dataOf(facts: readonly CoverageFact[], advisories: AdvisoryFacts | undefined) {
    const updaters = new Set(facts.map(({ updater }) => updater));
    const dates = (advisories?.updaters ?? [])
        .filter(({ name }) => updaters.has(name))
        .map(({ date }) => date);
    return {
        advisories: facts.reduce((sum, fact) => sum + fact.advisories, 0),
        date: dates.sort()[0]?.slice(0, 10) ?? "",
    };
}

/** What nothing in the image itself tells. */
function missingParts(inventory: Inventory, found: readonly Found[]): UnjudgedPart[] {
    if (inventory.packages.length === 0) {
        return [{ what: "no-packages", packages: 0, reason: "Clair found no package in it" }];
    }
    const known =
        inventory.distributions.length > 0 || found.some(({ what }) => what === "unknown-distribution");
    return known
        ? []
        : [
              {
                  what: "no-distribution",
                  packages: 0,
                  reason: "Clair recognised no distribution: packages of one that Clair does not know were not looked for",
              },
          ];
}

/** How each package of an image came off in each place, and each distribution in which no package was judged. */
function foundIn(
    { packages, distributions }: Inventory,
    advisories: AdvisoryFacts | undefined,
    today: string,
) {
    const data = dataFor(advisories, today);
    const ofPackages = packages
        .filter((held) => !isEmpty(held, packages))
        .flatMap((held) => held.places.map((place) => [held, placeFound(held, place, data)] as const));
    const own = ofPackages.map(([, found]) => found);
    const found = [
        ...ofPackages,
        ...distributions
            .flatMap((distribution) => distributionFound(distribution, own, data))
            .map((one) => [undefined, one] as const),
    ];
    return {
        own,
        judged: found.flatMap(([held, one]) => ("facts" in one ? [[held, one] as const] : [])),
        not: found.flatMap(([held, one]) => ("facts" in one ? [] : [[held, one] as const])),
    };
}

/** A part of an image that the database has advisories for, with what it has. */
export interface JudgedFacts {
    /** `debian:13`, `go` */
    readonly what: string;
    readonly title: string;
    readonly facts: readonly CoverageFact[];
    /** undefined for a language. */
    readonly distribution: Distribution | undefined;
}

/** The judged parts, each with the facts on which a verdict on it rests. */
function restsOf(
    { distributions }: Inventory,
    groups: readonly { readonly first: JudgedFound; readonly all: readonly JudgedFound[] }[],
): JudgedFacts[] {
    return groups.map(({ first: { what, title }, all }) => ({
        what,
        title,
        facts: [...new Set(all.flatMap((one) => one.facts))],
        distribution: distributions.find((one) => releaseOf(one) === what),
    }));
}

/** The parts of an image that the database has advisories for; arguments as of `coverageOf`. */
export function judgedFacts(
    inventory: Inventory,
    advisories: AdvisoryFacts | undefined,
    today: string,
): JudgedFacts[] {
    return restsOf(inventory, grouped(foundIn(inventory, advisories, today).judged));
}

/**
 * Says of each part of an image whether the database has advisories for just that part.
 *
 * @param advisories in Clair's database; without them nothing is judged
 * @param today in UTC, `2027-03-31`
 */
export function coverageOf(
    inventory: Inventory,
    advisories: AdvisoryFacts | undefined,
    today: string,
): Coverage {
    const { own, judged, not } = foundIn(inventory, advisories, today);
    const groups = grouped(judged);
    const rests = restsOf(inventory, groups);
    return {
        packages: inventory.packages.length,
        judged: rests.map(({ what, title, facts }, at) => ({
            what,
            title,
            packages: groups[at]?.packages ?? 0,
            ...dataOf(facts, advisories),
        })),
        rests,
        unjudged: [
            ...grouped(not).map(({ first: { what, reason }, packages: number }) => ({
                what,
                packages: number,
                reason,
            })),
            ...missingParts(inventory, own),
        ],
    };
}

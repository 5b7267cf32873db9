/** Subordinate ids: the range of the user as whom containers' root runs. */
import type { Declaration, Declared } from "../../../declaration";
import type { DriftFinding } from "../finding";
import type { LiveHost } from "../live";
import { putBack } from "../remedy";

interface Range {
    readonly owner: string;
    readonly first: number;
    readonly count: number;
}

/** The range of a line; none where the line is another one, e.g. a comment. */
function rangesOf(line: string): Range[] {
    return [...line.matchAll(/^([^:#]+):([0-9]+):([0-9]+)\s*$/g)].map(([, owner = "", first, count]) => ({
        owner,
        first: Number(first),
        count: Number(count),
    }));
}

export function compareIdRange(
    item: Declared<"idRange">,
    { files }: LiveHost,
    { stack }: Declaration,
): DriftFinding[] {
    const { path, user, first, count, resource } = item;
    const line = `${user}:${first}:${count}`;
    const about = {
        subject: path,
        resource,
        key: user,
        remedy: putBack(stack),
    };
    const ranges = files.ranges[path].flatMap(rangesOf);
    const own = ranges.filter(({ owner }) => owner === user);
    const isDeclared = own.length === 1 && own[0]?.first === first && own[0].count === count;
    const found: DriftFinding[] = [];
    if (own.length === 0) {
        found.push({ ...about, problem: "missing", declared: line });
    } else if (!isDeclared) {
        const live = own.map((range) => `${user}:${range.first}:${range.count}`).join(", ");
        found.push({ ...about, problem: "changed", declared: line, live });
    }
    for (const range of ranges.filter(({ owner }) => owner !== user)) {
        if (range.first < first + count && first < range.first + range.count) {
            found.push({
                ...about,
                problem: "unexpected",
                key: range.owner,
                live: `${range.owner}:${range.first}:${range.count} overlaps ${line}`,
                remedy: `give ${range.owner} other ids, that no line of ${path} has: the files of its containers belong to the old ones`,
            });
        }
    }
    if (!files.users.has(user)) {
        found.push({
            ...about,
            problem: "missing",
            subject: `user ${user}`,
            key: "",
        });
    }
    return found;
}

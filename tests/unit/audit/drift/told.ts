/** All that the comparison tells of a host: problem, part, what was declared, what is there, and what to do. */
import { compareDrift } from "../../../../audit/drift/compare";
import type { DriftFinding, Value } from "../../../../audit/drift/finding";
import type { LiveHost } from "../../../../audit/drift/live";
import type { Declaration, DeclaredItem } from "../../../../declaration";
import { declaration, files, withFiles } from "./sample";

/** A day on which the sample certificate is far from its end. */
export const now = new Date("2027-01-15T10:00:00Z");

/** A finding without its resource, keys without a value left out. */
export type Told = Partial<DriftFinding>;

export function told(host: LiveHost, declared: Declaration = declaration): Told[] {
    return compareDrift(declared, host, now).map((finding) =>
        Object.fromEntries(
            Object.entries(finding).filter(([key, value]) => key !== "resource" && value !== undefined),
        ),
    );
}

export function changed(subject: string, key: string, declared: Value, live: Value, remedy: string): Told {
    return { problem: "changed", subject, key, declared, live, remedy };
}

export function missing(subject: string, key: string, remedy: string, declared?: Value): Told {
    return { problem: "missing", subject, key, remedy, ...(declared === undefined ? {} : { declared }) };
}

export function unexpected(subject: string, key: string, remedy: string, live?: Value): Told {
    return { problem: "unexpected", subject, key, remedy, ...(live === undefined ? {} : { live }) };
}

/** The sample declaration, its item of a kind otherwise. */
export function declaring<K extends DeclaredItem["kind"]>(
    kind: K,
    change: Partial<Extract<DeclaredItem, { kind: K }>>,
): Declaration {
    const items = declaration.items.map((item) => (item.kind === kind ? { ...item, ...change } : item));
    return { ...declaration, items };
}

/** The host with other content of a file; null: too long to be read. */
export function withText(path: string, content: string | null | undefined): LiveHost {
    return withFiles({ contents: new Map([...files.contents, [path, content]]) });
}

/** The remedy of what an `up` puts back. */
export const up = "put it back: ./pulumiw up --stack dev";

/** The remedy of what stands in the place of a declared thing. */
export function moved(path: string): string {
    return `look at it, and move it away on the host: mv --backup=numbered ${path} /root/; then ${up}`;
}

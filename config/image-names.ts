import { slugOf } from "../text/slug";

/** The namespace of the stack's own images in the private registry. */
const ownNamespace = "portcullis";
/** Names of resources and of files that do not come from images. */
const taken = new Set(["audit", "canary", "summary"]);
/** Longest name of an image, as its report's file adds `.json`, and a file system takes 255 bytes. */
const longest = 200;

/** The conflicts of names between repositories of `images`, and with the stack's own. */
export function imageNameProblems(repositories: readonly string[]): { name: string; message: string }[] {
    const bySlug = new Map<string, string>();
    return repositories.flatMap((name) => {
        const slug = slugOf(name);
        const other = bySlug.get(slug);
        bySlug.set(slug, other ?? name);
        const message =
            ownProblem(name, slug) ??
            (other && `would have the same resources and report as ${other}; rename one of the two`);
        return message === undefined ? [] : [{ name, message }];
    });
}

function ownProblem(name: string, slug: string): string | undefined {
    if (slug.startsWith(`${ownNamespace}-`)) {
        return `begins as the stack's own images do (${ownNamespace}/registry …); choose another name`;
    }
    if (taken.has(slug)) {
        return "is a name of the stack's own; choose another, e.g. with a folder before it";
    }
    return name.length > longest ? `expected at most ${longest} characters` : undefined;
}

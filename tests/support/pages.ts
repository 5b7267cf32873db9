/** The Markdown pages of the repository, and the names in them. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** The checkout's root. */
export const root = path.resolve(__dirname, "../..");

/** Every page, by its path from the root: tracked, or new and not ignored. */
export function pages(): string[] {
    const words = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
    return execFileSync("git", words, { cwd: root, encoding: "utf8" })
        .trim()
        .split("\n")
        .filter((page) => fs.existsSync(path.join(root, page)));
}

export function read(page: string): string {
    return fs.readFileSync(path.join(root, page), "utf8");
}

/** Blocks between fences, with their language. */
export function blocks(text: string): { language: string; code: string }[] {
    return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
        language,
        code,
    }));
}

/** All that a page shows as code: blocks and spans. */
export function codes(text: string): string[] {
    const rest = text.replace(/^```.*?^```$/gms, "");
    const spans = [...rest.matchAll(/(`+)(.+?)\1/gs)].map(([, , code = ""]) => code);
    return [...blocks(text).map(({ code }) => code), ...spans];
}

/** The places in the repository that a page links to: paths from its own folder, maybe with an anchor. */
export function links(text: string): string[] {
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchors(text: string): string[] {
    return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
        title
            .toLowerCase()
            .replace(/[^\p{L}\p{N} _-]/gu, "")
            .replaceAll(" ", "-"),
    );
}

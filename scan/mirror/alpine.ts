import * as path from "node:path";
import { z } from "zod";
import { unpackedText } from "./content";
import { parsedJson } from "./debian";
import type { Drops } from "./drops";
import { alpineFolder, type SourceOf } from "./sources";

const headSchema = z.object({
    distroversion: z.string(),
    reponame: z.string(),
    packages: z.array(z.unknown()),
});

const packageSchema = z.object({
    pkg: z.object({
        name: z.string().min(1),
        secfixes: z.record(z.string(), z.array(z.string().min(1)).nullable()).nullish(),
    }),
});

const nameSchema = z.object({ pkg: z.object({ name: z.string() }) });

/**
 * Reads a file of Alpine's security database, and keeps what Clair takes.
 *
 * @param drops gets what is left out
 * @throws Error where the file is damaged, is of another release or repository than sources.json says, or nothing is left
 */
export async function alpineData(folder: string, source: SourceOf<"alpine">, drops: Drops): Promise<Buffer> {
    const head = headSchema.safeParse(parsedJson(await unpackedText(path.join(folder, source.file))));
    if (!head.success) {
        throw new Error(
            `${source.file} is no file of Alpine's security database (distroversion, reponame, packages); carry the file again`,
        );
    }
    const { distroversion, reponame, packages } = head.data;
    if (distroversion !== alpineFolder(source.release) || reponame !== source.repository) {
        throw new Error(
            `${source.file} is about ${reponame} of ${distroversion}, and sources.json says ${source.repository} of ${alpineFolder(source.release)}; correct sources.json`,
        );
    }
    let count = 0;
    const kept = packages.flatMap((value, at) => {
        const entry = packageSchema.safeParse(value);
        if (!entry.success) {
            const name = nameSchema.safeParse(value).data?.pkg.name ?? `package ${at + 1}`;
            drops.add(source.file, name, "it is no entry of the database (pkg.name, pkg.secfixes)");
            return [];
        }
        count += Object.values(entry.data.pkg.secfixes ?? {}).reduce(
            (sum, ids) => sum + (ids ?? []).length,
            0,
        );
        return [entry.data];
    });
    if (count === 0) {
        throw drops.nothingLeft(source.file, "Alpine");
    }
    return Buffer.from(JSON.stringify({ distroversion, reponame, packages: kept }));
}

/** The policy by which `portcullis scan` judges: the stack's, or that of a file. */
import * as path from "node:path";
import * as YAML from "yaml";
import { z } from "zod";
import { scan as scanSchema } from "../../config/scan-schema";
import { bindLists, readLists, type ListFiles } from "../../scan/lists";
import { readNamedFile } from "../../text/read-file";
import { reasonOf } from "../../text/reason";

/** The settings `portcullis:scan`, with their defaults. */
export type ScanSettings = z.infer<typeof scanSchema>;

function parsed(value: unknown, what: string): ScanSettings {
    const result = scanSchema.safeParse(value);
    if (!result.success) {
        throw new Error(
            `${what} is no policy of a scan (the keys of portcullis:scan), and nothing was judged: ${z.prettifyError(result.error)}`,
        );
    }
    return result.data;
}

/** The settings with the paths of files whole. @param folder where relative paths start */
function withPaths(settings: ScanSettings, folder: string): ScanSettings {
    const { kevFile, epssFile, vexFiles } = settings;
    return {
        ...settings,
        ...(kevFile === undefined ? {} : { kevFile: path.resolve(folder, kevFile) }),
        ...(epssFile === undefined ? {} : { epssFile: path.resolve(folder, epssFile) }),
        vexFiles: vexFiles.map((file) => path.resolve(folder, file)),
    };
}

/**
 * Reads a policy, YAML or JSON; paths in it start at the file's folder.
 *
 * @throws Error where the file cannot be read, or is no policy
 */
export function readPolicy(file: string): ScanSettings {
    const text = readNamedFile(
        file,
        (reason, cause) => new Error(`cannot read the policy: ${reason}`, { cause }),
    );
    let value: unknown;
    try {
        value = YAML.parse(text);
    } catch (error) {
        throw new Error(`${file} is neither YAML nor JSON, and nothing was judged: ${reasonOf(error)}`, {
            cause: error,
        });
    }
    return withPaths(parsed(value, file), path.dirname(file));
}

/** The policy of the stack's last `up`. @param folder of the checkout */
export function stackPolicy(settings: Readonly<Record<string, unknown>>, folder: string): ScanSettings {
    return withPaths(parsed(settings, "what the stack keeps of its policy"), folder);
}

/**
 * The files that the policy rests on, read as the gate reads them, so that one that gives no verdict is refused at once.
 *
 * @throws Error where a file is missing, cut off, of another kind or too old
 */
export function policyFiles(
    settings: ScanSettings,
    maximumAgeDays: number,
    today: string,
): ListFiles | undefined {
    const files = bindLists(settings, maximumAgeDays);
    if (files !== undefined) {
        readLists(files, today);
    }
    return files;
}

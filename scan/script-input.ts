/** What the host's scripts are given that have Clair scan, and what the gate is given of it: the same in `up` and in `portcullis scan`. */
import { z } from "zod";
import type { Canary } from "./canary";
import type { GateInput } from "./gate";
import type { Policy } from "./policy";

/** What clairctl needs, in words of scan-image.sh. `T` is `string`, or a value that is known later. */
interface ClairWords<T> {
    /** Image that holds clairctl. */
    readonly image: T;
    /** Network on which Clair and the registry are reached. */
    readonly network: T;
    /** Clair's configuration on the host. */
    readonly configFile: T;
    /** The registry's CA on the host. */
    readonly caFile: T;
    /** Folders in which clairctl looks for CAs, separated by colons. */
    readonly caFolders: T;
    /** Uid in the container that reads `configFile`. */
    readonly uid: number;
    /** Clair's address on `network`. */
    readonly url: T;
    /** Name of Clair's container. */
    readonly containerName: T;
}

/** The arguments of scan-image.sh behind the image's reference, and the last ones of the scripts that call it. */
export function clairWords<T>(clair: ClairWords<T>): (T | string)[] {
    const { image, network, configFile, caFile, caFolders, uid, url, containerName } = clair;
    return [image, network, configFile, caFile, caFolders, String(uid), url, containerName];
}

/** Text as a word of a script's standard input. */
export function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}

/**
 * The lines that scan-canaries.sh reads.
 *
 * @param password of the registry's user who pushes
 * @param config config.json of a Docker client that may pull from the registry
 */
export function renderCanaries(canaries: readonly Canary[], password: string, config: string): string {
    const lines = canaries.flatMap(({ files }) => [
        "canary",
        ...files.map(({ mode, path, content }) => `file ${mode} ${path} ${content}`),
    ]);
    return [`password ${base64(password)}`, `config ${base64(config)}`, ...lines, ""].join("\n");
}

/** What scan-canaries.sh prints. */
export const printedCanariesSchema = z.array(
    z.strictObject({ digest: z.string(), report: z.string().min(1) }),
);

/**
 * The canaries as the gate takes them.
 *
 * @param printed the reports, in the order of the canaries
 * @param remedy what to do where reports are missing
 * @throws Error where there is not one report on each canary
 */
export function scannedCanaries(
    canaries: readonly Canary[],
    printed: z.infer<typeof printedCanariesSchema>,
    remedy: string,
): GateInput["canaries"] {
    if (printed.length !== canaries.length) {
        throw new Error(
            `scan-canaries.sh printed ${printed.length} reports on ${canaries.length} canaries; ${remedy}`,
        );
    }
    return printed.map((one, index) => {
        const { expected = [] } = canaries[index] ?? {};
        return { ...one, expected: [...expected] };
    });
}

/** The rules of the settings `scan` that the gate takes, and no other ones. */
export function policyOf({ severity, threshold, unknownAs, ignoreUnfixed, graceDays }: Policy): Policy {
    return {
        severity,
        threshold,
        unknownAs,
        ignoreUnfixed,
        ...(graceDays === undefined ? {} : { graceDays }),
    };
}

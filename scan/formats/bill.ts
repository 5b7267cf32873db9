/** What the two forms of a bill of materials share. */
import { sha256Of } from "../../text/sha256";
import type { HeldPackage } from "../inventory";
import { purlText } from "../purl";
import type { Finding } from "../report";
import { generalFailures, reasonText, verdictOf, verdictWords, type RunImage, type ScanRun } from "./run";

/** A package of an image, as a bill names it. */
export interface BillPackage {
    readonly name: string;
    readonly version: string;
    /** Package URL; undefined where none is known. */
    readonly purl: string | undefined;
    /** Where in the image the package is registered, each once. */
    readonly databases: readonly string[];
}

/** The key by which a finding's package is found. */
export function packageKey({ package: name, version }: Pick<Finding, "package" | "version">): string {
    return JSON.stringify([name, version]);
}

function billPackage(held: HeldPackage): BillPackage {
    return {
        name: held.name,
        version: held.version,
        purl: purlText(held),
        databases: [...new Set(held.places.map(({ database }) => database))]
            .filter((one) => one !== "")
            .sort(),
    };
}

/** The packages of an image, each name in each version once, by `packageKey`; none where there is no report. */
export function packagesOf({ report }: RunImage): Map<string, BillPackage> {
    const found = new Map<string, BillPackage>();
    for (const held of report?.inventory.packages ?? []) {
        const key = packageKey({ package: held.name, version: held.version });
        const one = billPackage(held);
        const known = found.get(key);
        found.set(
            key,
            known === undefined
                ? one
                : {
                      ...one,
                      purl: one.purl === known.purl ? one.purl : undefined,
                      databases: [...new Set([...known.databases, ...one.databases])].sort(),
                  },
        );
    }
    return found;
}

/** An image's verdict and, without one, the reason, in words. */
export function imageVerdict({ judgement }: RunImage): string {
    const words = verdictWords[judgement.verdict];
    return judgement.verdict === "error" ? `${words}: ${reasonText(judgement)}` : words;
}

/** The run's verdict, and why there is none where that is about no image, in words. */
export function runVerdict(run: ScanRun): string {
    const words = { pass: "pass", fail: "fail", none: "no verdict" }[verdictOf(run)];
    return [words, ...generalFailures(run)].join(": ");
}

/** A UUID (RFC 9562, version 8) for a run: the same for the same run. */
export function uuidOf(run: ScanRun): string {
    const images = run.images.map(({ digest, judgement }) => [digest, judgement.verdict]);
    const hex = sha256Of(JSON.stringify([run.stack, run.host, run.judged, images]));
    const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `8${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20, 32),
    ].join("-");
}

/** Addresses of the web in a finding's links, as the standard writes them. */
export function webLinks({ links }: Finding): string[] {
    const addresses = links.filter((link) => /^https?:\/\//.test(link) && URL.canParse(link));
    return [...new Set(addresses.map((link) => new URL(link).href))];
}

import { z } from "zod";
import { findingExceptionSchema } from "../scan/exceptions";
import { gradedSeverities } from "../scan/severity";
import { key, path, refuse, taking } from "./key";

/** The two settings of FIRST's scores: each needs the other one. */
const scores = ["epssFile", "epssAtLeast"] as const;

/** The policy of the scan. */
export const scan = z
    .strictObject({
        severity: key(
            "Lowest severity that counts: a finding of this severity or a higher one is held against its image.",
            z.enum(gradedSeverities).default("High"),
        ),
        threshold: key(
            "How many findings that count an image may have; with more, the image fails the deployment.",
            z.int().min(0).default(0),
        ),
        unknownAs: key(
            "What a finding without a severity counts as; most Go and PyPI advisories have none.",
            z.enum(gradedSeverities).default("High"),
        ),
        ignoreUnfixed: key(
            "Leave findings without a fixed version out of the count.",
            z.boolean().default(false),
        ),
        enforceStackImages: key(
            "Hold the stack's own images to the threshold too; otherwise they are only reported. What `kevFile` and `epssFile` say fails them in either case.",
            z.boolean().default(false),
        ),
        exceptions: key(
            "Vulnerabilities that somebody answers for, and that do not count: `vulnerability`, `package`, `image`, `owner`, `reason`, `until`.",
            z.array(findingExceptionSchema).default([]),
        ),
        kevFile: key(
            "File of CISA's Known Exploited Vulnerabilities catalog, its JSON; a finding whose CVE id is in the catalog fails its image whatever its severity, its fix and the threshold. The file may be as old as `scanner.maximumAgeDays`.",
            path.optional(),
        ),
        epssFile: key(
            "File of FIRST's EPSS scores, the .csv or .csv.gz of a day. The file may be as old as `scanner.maximumAgeDays`.",
            path.optional(),
        ),
        epssAtLeast: key(
            "The EPSS score from which on a finding fails its image, as one of `kevFile` does; with `epssFile`.",
            taking(
                "number over 0, at most 1",
                z
                    .number()
                    .gt(0, "expected a probability over 0: every score is 0 or more")
                    .max(1, "expected a probability, at most 1"),
            ).optional(),
        ),
        graceDays: key(
            "Days from the publication of a vulnerability on in which a finding that would count only warns; a vulnerability without a date, and one of `kevFile` or `epssFile`, has none.",
            z.int().min(1).optional(),
        ),
        vexFiles: key(
            "OpenVEX documents (v0.2.0): a statement not_affected or fixed, about an image and a package in it, takes a finding away.",
            z.array(path).default([]),
        ),
        rescan: key(
            "Any text; change it to prove the data and scan everything anew.",
            z.string().default(""),
        ),
        reportFolder: key("Folder for the JSON reports, one sub-folder a stack.", path.default("reports")),
    })
    .superRefine((settings, context) => {
        for (const [at, name] of scores.entries()) {
            const other = scores[1 - at] ?? name;
            if (settings[name] !== undefined && settings[other] === undefined) {
                refuse(context, [name], `needs ${other} to be set too`);
            }
        }
    });

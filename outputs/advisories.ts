import { z } from "zod";

/** A package in a version that one advisory is about. */
const canarySchema = z.strictObject({
    /** The advisory's name in Clair's reports. */
    vulnerability: z.string().min(1),
    package: z.string().min(1),
    /** A version in which the package has the vulnerability: `0`, `v0.0.0`. */
    version: z.string().min(1),
});

export type CanaryFact = z.infer<typeof canarySchema>;

/** What the newest data of one updater holds for one distribution, or for one ecosystem of a language. */
const coverageSchema = z.strictObject({
    /** Updater that brought the advisories, e.g. `debian/updater`. */
    updater: z.string(),
    /**
     * `did` of a distribution in Clair's reports, e.g. `debian`; "" for an ecosystem.
     * Matchers compare it, and name and version with it.
     */
    distribution: z.string(),
    /**
     * Version of the distribution: `version_id` in Clair's reports (`13`, `22.04`), or `version` where a report leaves
     * `version_id` empty, as it does for Alpine (`3.11`, `edge`). "" for an ecosystem, and for Red Hat's data.
     */
    version: z.string(),
    /**
     * What matchers compare with a repository of Clair's reports: its `key` where there is one (Red Hat:
     * `rhel-cpe-repository`, `rhcc-container-repository`), else its `name` (`go`, `pypi`, `maven`, `rubygems`, `npm`).
     * "" for a distribution.
     */
    repository: z.string(),
    /** Advisories that the matcher can see; of Go and npm those with a range of versions that is not empty. */
    advisories: z.int().min(1),
    /** What a canary is to be found by: the first of these advisories by name; none where none is fit for one. */
    canary: canarySchema.nullish(),
});

/** The advisories in Clair's database. */
export const advisoryFactsSchema = z.strictObject({
    /** Each updater that ever brought data, or failed to; sorted by name. */
    updaters: z
        .array(
            z.strictObject({
                /** As Clair names it, e.g. `debian/updater`, `osv/go`. */
                name: z.string(),
                advisories: z.int().min(0),
                /**
                 * When the source was last asked with success, whether or not there was anything new; of an archive the date of
                 * its content. RFC 3339 in UTC; "" where no run has succeeded yet.
                 */
                date: z.string(),
                /** Why no verdict may rest on the updater's data, e.g. because it is too old; "" where it is sound. */
                problem: z.string(),
            }),
        )
        .min(1),
    /** All advisories together, without those of updaters that have a problem. */
    advisories: z.int().min(1),
    /** What is covered, and by whom. Updaters that have a problem cover nothing, and neither does what is not listed. */
    coverage: z.array(coverageSchema),
});

export type AdvisoryFacts = z.infer<typeof advisoryFactsSchema>;

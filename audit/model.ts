import type { Drift } from "./drift/drift";

/** A verdict in Docker Bench's words. INFO and NOTE do not count for the score. */
export type Result = "PASS" | "WARN" | "INFO" | "NOTE";

/** The outcome of a check. */
export interface Outcome {
    readonly result: Result;
    /** One line on the finding. */
    readonly details?: string;
    /** The subjects of the verdict: containers, images, files. */
    readonly items?: readonly string[];
    /**
     * The limit of the host that causes a WARN, where no setting of the engine or of a container could mend the WARN.
     * One line, e.g. `the kernel is built without audit`. @default none
     */
    readonly hostLimit?: string;
}

/** Docker Bench 1.6.0's own verdict; `absent` where its results leave the check out. */
export interface DockerBenchVerdict {
    readonly result: Result | "absent";
    readonly why: string;
}

/** One check of Docker Bench for Security 1.6.0, in our own words. Its title is a noun, which fits every verdict. */
export interface Check<Facts> {
    /** Docker Bench's id, e.g. `2.9` or `1.1.3`. */
    readonly id: string;
    /** First part of the id. */
    readonly section: 1 | 2 | 3 | 4 | 5 | 6 | 7;
    readonly title: string;
    /** The place in the CIS Docker Benchmark, e.g. `CIS Docker 1.6.0, 2.9`. */
    readonly reference: string;
    /** CIS profile level; Docker Bench's manual checks have one too. */
    readonly level: 1 | 2;
    /** Whether PASS and WARN count for the score. */
    readonly scored: boolean;
    /** The source that the check reads, e.g. `docker info: SecurityOptions`. */
    readonly reads: string;
    readonly remediation: string;
    /** Our setting that corrects a WARN, e.g. `portcullis:engine`. @default none */
    readonly setting?: string;
    judge(facts: Facts): Outcome;
}

/** One line of an audit. */
export interface CheckResult extends Outcome {
    readonly id: string;
    readonly section: number;
    readonly title: string;
    readonly reference: string;
    readonly scored: boolean;
    readonly remediation: string;
    readonly setting?: string;
    /** The verdict of Docker Bench 1.6.0, where it is known to be wrong, with the reason. */
    readonly dockerBench?: DockerBenchVerdict;
}

/** An audit of one host. */
export interface AuditReport {
    /** `ssh://…` or `unix://…`. */
    readonly host: string;
    /** The host's own name. */
    readonly hostName: string;
    readonly engineVersion: string;
    /** RFC 3339. */
    readonly start: string;
    readonly end: string;
    readonly results: readonly CheckResult[];
    /** The running containers, with all names of their images: the name that was given, and the tags. */
    readonly containers: readonly { readonly name: string; readonly images: readonly string[] }[];
    /** Scored PASS less scored WARN, as Docker Bench counts. */
    readonly score: number;
    /** The host's comparison with a stack's declaration. @default the host was not compared */
    readonly drift?: Drift | undefined;
}

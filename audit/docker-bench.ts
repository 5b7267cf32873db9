/** The real Docker Bench for Security: runs it on a host, and reads its JSON. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quote } from "shell-quote";
import { z } from "zod";
import { run } from "./collect/run";
import type { Result } from "./model";
import { AuditError, commandOn, type Target } from "./target";

const resultSchema = z.enum(["PASS", "WARN", "INFO", "NOTE"]);

const benchSchema = z.object({
    dockerbenchsecurity: z.string(),
    start: z.number(),
    tests: z.array(
        z.object({
            id: z.string(),
            desc: z.string(),
            results: z.array(
                z.object({
                    id: z.string(),
                    desc: z.string(),
                    result: resultSchema,
                    details: z.string().optional(),
                    items: z.array(z.string()).optional(),
                }),
            ),
        }),
    ),
    checks: z.number(),
    score: z.number(),
    end: z.number(),
});

/** One verdict of the real tool. */
export interface DockerBenchResult {
    readonly id: string;
    readonly result: Result;
    readonly details?: string | undefined;
    readonly items?: readonly string[] | undefined;
}

/** What the real tool found. */
export interface DockerBenchReport {
    readonly version: string;
    /** Seconds since 1970. */
    readonly start: number;
    readonly end: number;
    readonly score: number;
    /** Checks that it counted. */
    readonly checks: number;
    readonly results: readonly DockerBenchResult[];
}

/**
 * Reads the JSON that Docker Bench writes beside its log.
 * @param source where it comes from, for an error.
 * @throws AuditError where it is not such a file.
 */
export function parseDockerBench(text: string, source: string): DockerBenchReport {
    const parsed = benchSchema.safeParse(json(text, source));
    if (!parsed.success) {
        throw unreadable(source, z.prettifyError(parsed.error));
    }
    const { dockerbenchsecurity, tests, start, end, score, checks } = parsed.data;
    return {
        version: dockerbenchsecurity,
        start,
        end,
        score,
        checks,
        results: tests.flatMap(({ results }) =>
            results.map(({ id, result, details, items }) => ({ id, result, details, items })),
        ),
    };
}

/** Which Docker Bench is run on the host. */
export type DockerBenchSource =
    /** Path of docker-bench-security.sh on the host. */
    | { readonly script: string }
    /** Image with the script in its working folder, as the official one is built; it must be on the host. */
    | { readonly image: string };

export interface DockerBenchOptions {
    /** Seconds after which it is ended; it needs seconds for each container. @default 600 */
    readonly timeoutSeconds?: number;
    /** Users who may be in the group docker (its option -u). @default none */
    readonly trustedUsers?: readonly string[];
}

/**
 * Runs the real Docker Bench on a host and reads its JSON. It writes /tmp/null and a folder of its own below /tmp,
 * which is removed; an image runs with the host's namespaces and the Docker socket, as its makers say.
 * @throws AuditError where it cannot be run, takes too long, or gives no JSON.
 */
export async function runDockerBench(
    target: Target,
    source: DockerBenchSource,
    options: DockerBenchOptions = {},
): Promise<DockerBenchReport> {
    const seconds = options.timeoutSeconds ?? 600;
    const ending = new AbortController();
    const timer = setTimeout(() => {
        ending.abort(new Error(`it did not end within ${seconds} s; allow it more time`));
    }, seconds * 1000);
    const what = `Docker Bench cannot be run on ${target.url}`;
    const [kind, name] = "script" in source ? ["script", source.script] : ["image", source.image];
    const users = (options.trustedUsers ?? []).join(",");
    try {
        const printed = await run(commandOn(target, `sh -s -- ${quote([kind, name, users])}`), {
            what,
            input: readFileSync(join(__dirname, "scripts", "run-docker-bench.sh"), "utf8"),
            signal: ending.signal,
        });
        return parseDockerBench(printed, `the result of Docker Bench on ${target.url}`);
    } finally {
        clearTimeout(timer);
    }
}

function json(text: string, source: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw unreadable(source, error instanceof Error ? error.message : String(error));
    }
}

function unreadable(source: string, problem: string): AuditError {
    return new AuditError(
        `audit: ${source} cannot be read: ${problem}; ` +
            "give the JSON that Docker Bench 1.6 writes beside its log (LOG.json), of a run of all checks",
    );
}

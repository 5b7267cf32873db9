/** The real Docker Bench for Security: runs it on a host, and reads its JSON. */
import * as fs from "node:fs";
import * as path from "node:path";
import { quote } from "shell-quote";
import { z } from "zod";
import { runOnHost } from "../collect/run-on-host";
import { defaultTimeoutSeconds, type DockerBenchSource } from "./settings";
import type { Result } from "../model";
import type { Target } from "../../transport/target";
import { AuditError } from "../error";
import { reasonOf } from "../../text/reason";

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
interface DockerBenchResult {
    readonly id: string;
    readonly result: Result;
    readonly details?: string | undefined;
    readonly items?: readonly string[] | undefined;
}

/** The results of the real tool. */
export interface DockerBenchReport {
    readonly version: string;
    /** Seconds since 1970. */
    readonly start: number;
    readonly end: number;
    readonly score: number;
    /** Number of checks that Docker Bench counted. */
    readonly checks: number;
    readonly results: readonly DockerBenchResult[];
}

/**
 * Reads the JSON that Docker Bench writes beside its log.
 * @param source the file's origin, for an error.
 * @throws AuditError where the text is no such JSON.
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

/**
 * Runs the real Docker Bench on a host and reads its JSON. Docker Bench writes /tmp/null, and a folder of its own below
 * /tmp, which is removed. An image runs with the host's namespaces and the Docker socket, as its makers ask.
 * @param trustedUsers users who may be in the group docker (its option -u).
 * @throws AuditError where Docker Bench cannot be run, takes too long, or gives no JSON.
 */
export async function runDockerBench(
    target: Target,
    source: DockerBenchSource,
    trustedUsers: readonly string[] = [],
): Promise<DockerBenchReport> {
    const printed = await call(target, "run", source, trustedUsers);
    return parseDockerBench(printed, `the result of Docker Bench on ${target.url}`);
}

/**
 * Makes sure, before a host is changed, that Docker Bench can be run on that host afterwards. The host stays unchanged:
 * from an image a container is made, never started, and removed.
 * @throws AuditError that names the missing part.
 */
export async function checkDockerBench(target: Target, source: DockerBenchSource): Promise<void> {
    await call(target, "check", source, []);
}

async function call(
    target: Target,
    action: "run" | "check",
    { script, image, timeoutSeconds = defaultTimeoutSeconds }: DockerBenchSource,
    trustedUsers: readonly string[],
): Promise<string> {
    const ending = new AbortController();
    const timer = setTimeout(() => {
        ending.abort(
            new Error(`it did not end within ${timeoutSeconds} s; allow it more time (timeoutSeconds)`),
        );
    }, timeoutSeconds * 1000);
    const words = script === undefined ? ["image", image ?? ""] : ["script", script];
    try {
        return await runOnHost(target, `sh -s -- ${quote([action, ...words, trustedUsers.join(",")])}`, {
            what: `Docker Bench cannot be run on ${target.url}`,
            input: fs.readFileSync(path.join(__dirname, "..", "scripts", "run-docker-bench.sh"), "utf8"),
            signal: ending.signal,
        });
    } finally {
        clearTimeout(timer);
    }
}

function json(text: string, source: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw unreadable(source, reasonOf(error));
    }
}

function unreadable(source: string, problem: string): AuditError {
    return new AuditError(
        `audit: ${source} cannot be read: ${problem}; ` +
            "give the JSON that Docker Bench 1.6 writes beside its log (LOG.json), of a run of all checks",
    );
}

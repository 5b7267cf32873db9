/** Reads the declared files, folders and users from a host: one script over SSH, beside the audit's own script. */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { runOnHost } from "../collect/run-on-host";
import type { Target } from "../../transport/target";
import { AuditError } from "../error";
import { itemsOf, type Declaration } from "../../declaration";
import type { LiveFiles, LivePath } from "./live";

/** The names that the script is asked for. */
export interface Asked {
    readonly paths: readonly string[];
    readonly contents: readonly string[];
    readonly folders: readonly string[];
    readonly users: readonly string[];
}

/** The names to ask for, in order to compare a host with a declaration. */
export function askedFor(declaration: Declaration): Asked {
    const unique = (names: readonly string[]): string[] => [...new Set(names)];
    const paths = (kind: "auditRules" | "file" | "folder" | "absent" | "certificate"): string[] =>
        itemsOf(declaration, kind).map(({ path }) => path);
    return {
        paths: unique([...paths("file"), ...paths("folder"), ...paths("absent"), ...paths("certificate")]),
        contents: unique([...paths("certificate"), ...paths("auditRules")]),
        folders: unique(paths("folder")),
        users: unique(itemsOf(declaration, "idRange").map(({ user }) => user)),
    };
}

/**
 * Reads a host. Nothing is written on the host.
 * @throws AuditError where the host cannot be reached, or answers something else.
 */
export async function readDeclared(target: Target, asked: Asked, signal: AbortSignal): Promise<LiveFiles> {
    const lists = (["paths", "contents", "folders", "users"] as const).map(
        (name) =>
            `${name}='${Buffer.from(asked[name].map((one) => `${one}\n`).join("")).toString("base64")}'\n`,
    );
    const script = fs.readFileSync(path.join(__dirname, "..", "scripts", "declared-facts.sh"), "utf8");
    const printed = await runOnHost(target, "sh -s", {
        what: `what was declared of ${target.url} cannot be read`,
        input: lists.join("") + script,
        signal,
    });
    return parseDeclared(printed, asked, target.url);
}

const text = z.base64().transform((packed) => Buffer.from(packed, "base64").toString("utf8"));
const lines = text.transform((all) => all.split("\n").filter((line) => line !== ""));

const outputSchema = z.strictObject({
    format: z.literal(1),
    paths: lines,
    contents: lines,
    entries: text.transform((all) => all.split("\0").filter((name) => name !== "")),
    users: lines,
    subuid: lines,
    subgid: lines,
});

/**
 * Reads the script's output.
 * @param host the host's address, for an error.
 * @throws AuditError where the text is not of the script's form, or has no answer for a path that was asked for.
 */
export function parseDeclared(printed: string, asked: Asked, host: string): LiveFiles {
    const parsed = outputSchema.safeParse(json(printed, host));
    if (!parsed.success) {
        throw wrong(host, z.prettifyError(parsed.error));
    }
    const { paths, contents, entries, users, subuid, subgid } = parsed.data;
    return {
        paths: answers(
            asked.paths,
            paths.map((line) => pathOf(line, host)),
            host,
        ),
        contents: answers(
            asked.contents,
            contents.map((line) => contentOf(line, host)),
            host,
        ),
        entries,
        ranges: { "/etc/subuid": subuid, "/etc/subgid": subgid },
        users: new Set(users),
    };
}

/** Each name that was asked for must have an answer: a missing answer does not mean a missing file. */
function answers<T>(asked: readonly string[], given: readonly [string, T][], host: string): Map<string, T> {
    const found = new Map(given);
    const silent = asked.find((name) => !found.has(name));
    if (silent !== undefined) {
        throw wrong(host, `it says nothing of ${JSON.stringify(silent)}`);
    }
    return found;
}

const pathLine = /^(?:(absent|unreadable)|([0-9a-f]+) ([0-7]+) ([0-9]+) ([0-9]+) (-|[0-9a-f]{64})) (\/.*)/s;

const types = new Map<number, LivePath["type"]>([
    [0o100000, "file"],
    [0o040000, "directory"],
    [0o120000, "link"],
]);

function pathOf(line: string, host: string): [string, LivePath | undefined] {
    const [, word, raw = "", mode = "", uid, gid, sha256, path = ""] = pathLine.exec(line) ?? [];
    if (path === "") {
        throw wrong(host, `${JSON.stringify(line.slice(0, 200))} is not a line about a path`);
    }
    if (word === "unreadable") {
        throw new AuditError(
            `audit: ${path} on ${host} is there, but cannot be read; check the file system that it is on`,
        );
    }
    if (word === "absent") {
        return [path, undefined];
    }
    const type = types.get(parseInt(raw, 16) & 0o170000) ?? "other";
    const digest = sha256 === "-" ? undefined : sha256;
    return [path, { type, uid: Number(uid), gid: Number(gid), mode: mode.padStart(4, "0"), sha256: digest }];
}

/** Bytes of a file that are compared at most; our own files are far shorter. */
const mostBytes = 65536;

function contentOf(line: string, host: string): [string, string | null | undefined] {
    const [, packed = "", path = ""] = /^(-|[A-Za-z0-9+/]*=*) (\/.*)/s.exec(line) ?? [];
    if (path === "") {
        throw wrong(host, "a line is not a file's content and its path");
    }
    if (packed === "-") {
        return [path, undefined];
    }
    const bytes = Buffer.from(packed, "base64");
    return [path, bytes.length > mostBytes ? null : bytes.toString("utf8")];
}

function json(printed: string, host: string): unknown {
    try {
        return JSON.parse(printed);
    } catch {
        throw wrong(host, `${JSON.stringify(printed.slice(0, 200))} is not JSON`);
    }
}

function wrong(host: string, problem: string): AuditError {
    return new AuditError(
        `audit: what was declared of ${host} cannot be read: the script's answer is not as expected: ${problem}; ` +
            "check that the host runs Linux with GNU coreutils, and that the SSH user's shell prints nothing of its own",
    );
}

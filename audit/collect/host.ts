/** Turns the output of the script on the host into facts. */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { AuditRuleFacts, DaemonFacts, FileFacts, HostFacts, UnitFacts } from "../facts";
import type { Target } from "../../transport/target";
import { AuditError } from "../error";
import { runOnHost } from "./run-on-host";
import { listeningSockets } from "./sockets";

/** The facts that only the host itself tells. */
export type HostReading = Pick<
    HostFacts,
    | "hostName"
    | "time"
    | "daemon"
    | "units"
    | "files"
    | "certificates"
    | "mountPoints"
    | "auditRules"
    | "dockerGroup"
    | "contentTrust"
> & {
    /** Ids of cgroups in which an sshd runs: a container's id, another id, or `-`. */
    readonly sshd: ReadonlyMap<string, { readonly visible: boolean }>;
    readonly managementAddresses: readonly string[];
};

const text = z.base64().transform((packed) => Buffer.from(packed, "base64").toString("utf8"));
const lines = text.transform((all) => all.split("\n").filter((line) => line !== ""));

const outputSchema = z.strictObject({
    format: z.literal(1),
    time: text.pipe(z.string().regex(/^[0-9]+\n$/)).transform(Number),
    hostName: text.transform((name) => name.trim()),
    command: lines,
    newestCommand: lines,
    config: text.optional(),
    dockerBenchConfig: text.optional(),
    tools: lines,
    client: text.optional(),
    listening: lines.optional(),
    unitSockets: lines.optional(),
    seccompProfile: text.optional(),
    contentTrust: text,
    environment: text,
    group: text,
    primaryUsers: lines,
    mountPoints: lines,
    rules: lines.optional(),
    auditEnabled: text.optional(),
    auditRefusal: text.pipe(z.enum(["", "container\n", "unbuilt\n", "off\n"])).optional(),
    ruleFile: lines.optional(),
    runtimeUnits: lines,
    fragments: text,
    files: lines,
    links: lines,
    certificates: lines,
    sshd: lines,
    swarmPort: lines,
});

/**
 * Runs the script on the host and reads its output.
 * @throws AuditError where the host cannot be reached, or answers something else.
 */
export async function readHost(target: Target, signal: AbortSignal): Promise<HostReading> {
    const script = fs.readFileSync(path.join(__dirname, "..", "scripts", "host-facts.sh"), "utf8");
    const what = `the files and processes of ${target.url} cannot be read`;
    const printed = await runOnHost(target, "sh -s", { what, input: script, signal });
    return parseReading(printed, target.url);
}

/**
 * Turns the script's output into facts.
 * @param host the host's address, for an error.
 * @throws AuditError where the text is not of the script's form.
 */
export function parseReading(printed: string, host: string): HostReading {
    const parsed = outputSchema.safeParse(json(printed, host));
    if (!parsed.success) {
        throw wrong(host, z.prettifyError(parsed.error));
    }
    const output = parsed.data;
    const files = withoutRoot(fileFacts(output.files, output.links, host), host);
    return {
        hostName: output.hostName,
        time: output.time,
        daemon: daemonFacts(output),
        units: unitFacts(output, files),
        files,
        certificates: fileFacts(output.certificates, [], host),
        mountPoints: output.mountPoints.map(unescapeOctal),
        auditRules: auditRules(output),
        dockerGroup: {
            members: (output.group.trim().split(":")[3] ?? "").split(",").filter((user) => user !== ""),
            primary: output.primaryUsers,
        },
        contentTrust: {
            everyone: output.environment.trim().replace(/^(["'])(.*)\1$/, "$2"),
            session: output.contentTrust,
            client: /\b[0-9]+\.[0-9]+\.[0-9]+/.exec(output.client ?? "")?.[0],
        },
        sshd: new Map(
            output.sshd.map((line) => {
                const [id = "", visible] = line.split(" ");
                return [id, { visible: visible === "yes" }];
            }),
        ),
        managementAddresses: output.swarmPort,
    };
}

function json(printed: string, host: string): unknown {
    try {
        return JSON.parse(printed);
    } catch {
        const start = JSON.stringify(printed.slice(0, 200));
        throw wrong(
            host,
            `${start} is not JSON; a shell start-up file that prints something may be the cause`,
        );
    }
}

function wrong(host: string, problem: string): AuditError {
    return new AuditError(
        `audit: the files and processes of ${host} cannot be read: the script's answer is not as expected: ${problem}; ` +
            "check that the host runs Linux with GNU coreutils, and that the SSH user's shell prints nothing of its own",
    );
}

function daemonFacts(output: z.infer<typeof outputSchema>): DaemonFacts {
    return {
        command: output.command,
        newestCommand: output.newestCommand,
        config: output.config,
        dockerBenchConfig: output.dockerBenchConfig,
        hasJq: output.tools.includes("jq"),
        listening: output.listening && listeningSockets(output.listening, output.unitSockets ?? []),
        seccompProfile: output.seccompProfile,
    };
}

const refusals = { "container\n": "container", "unbuilt\n": "unbuilt", "off\n": "off" } as const;

function auditRules(output: z.infer<typeof outputSchema>): AuditRuleFacts {
    const { rules, auditEnabled, auditRefusal = "", ruleFile = [] } = output;
    return {
        ...(auditRefusal === "" ? {} : { refusal: refusals[auditRefusal] }),
        hasAuditctl: rules !== undefined,
        isEnabled: auditEnabled?.trim() !== "0",
        rules: (rules ?? []).filter((rule) => rule.startsWith("-")),
        fileLines: ruleFile,
    };
}

const sIfmt = 0o170000;
const kinds = new Map<number, FileFacts["kind"]>([
    [0o100000, "file"],
    [0o040000, "directory"],
    [0o140000, "socket"],
]);

const fileLine = /^([0-9a-f]+) ([0-7]+) ([0-9]+) ([0-9]+) (\S+) (\S+) (.+)$/;

/** Lines of `stat -c '%f %a %u %g %U %G %n'`, with links followed and not. */
function fileFacts(followed: readonly string[], own: readonly string[], host: string): FileFacts[] {
    const links = new Map(own.map((line) => fileOf(line, host)).map((file) => [file.path, file]));
    const files = new Map<string, FileFacts>();
    for (const { raw, ...file } of followed.map((line) => fileOf(line, host))) {
        const link = links.get(file.path);
        const isLink = link !== undefined && (link.raw & sIfmt) === 0o120000;
        const { mode, uid, gid, user, group } = link ?? file;
        const kind = kinds.get(raw & sIfmt) ?? "other";
        files.set(file.path, { ...file, kind, ...(isLink ? { link: { mode, uid, gid, user, group } } : {}) });
    }
    return [...files.values()];
}

/** Without a line for the folder / no other path is known either: each would be taken for absent. */
function withoutRoot(files: readonly FileFacts[], host: string): FileFacts[] {
    if (!files.some(({ path }) => path === "/")) {
        throw wrong(host, "it has no line about the folder /");
    }
    return files.filter(({ path }) => path !== "/");
}

function fileOf(line: string, host: string) {
    const [, raw = "", mode = "", uid, gid, user = "", group = "", path = ""] = fileLine.exec(line) ?? [];
    if (path === "") {
        throw wrong(host, `${JSON.stringify(line.slice(0, 200))} is not a line about a file`);
    }
    return {
        raw: parseInt(raw, 16),
        mode: parseInt(mode, 8),
        uid: Number(uid),
        gid: Number(gid),
        user,
        group,
        path,
    };
}

/** systemd prefers /etc to /run to /usr/lib; its own answer counts before all of them. */
function unitFacts(output: z.infer<typeof outputSchema>, files: readonly FileFacts[]): HostFacts["units"] {
    const isFile = (path: string): boolean =>
        files.some((file) => file.path === path && file.kind === "file");
    const running = (name: string) => output.runtimeUnits.find((path) => path.endsWith(`/${name}`));
    const [service, socket] = output.fragments.split("\n");
    const unit = (name: string, fragment: string | undefined): UnitFacts => {
        const [etc, lib, usr] = ["/etc", "/lib", "/usr/lib"].map((root) => `${root}/systemd/system/${name}`);
        const first = (...paths: (string | undefined)[]): string | undefined =>
            paths.find((path) => path !== undefined && isFile(path));
        return {
            path: fragment === undefined || fragment === "" ? first(etc, running(name), lib, usr) : fragment,
            dockerBenchPath: first(etc, lib) ?? running(name),
        };
    };
    return {
        service: unit("docker.service", service),
        socket: unit("docker.socket", socket),
        containerdSocket: { ...unit("containerd.sock", ""), path: running("containerd.sock") },
    };
}

/** /proc/self/mountinfo writes a space as `\040`. */
function unescapeOctal(path: string): string {
    return path.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

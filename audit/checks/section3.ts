/** Section 3: owners and modes of the daemon's files. */
import { type FileFacts, fileAt, type HostFacts } from "../facts";
import type { Check } from "../model";
import { setting } from "./daemon";
import { check, info, pass, type Verdict, warn } from "./define";
import { benchArgument, benchConfig } from "./docker-bench-reading";

/** A path that is judged twice: for its owner, and for its mode. */
interface Subject {
    readonly what: string;
    readonly kind: FileFacts["kind"];
    readonly ownerId: string;
    readonly modeId: string;
    readonly group: "root" | "docker";
    /** Bits that may be set. */
    readonly mode: number;
    /** Where exactly this mode is asked for. @default false */
    readonly exact?: boolean;
    /** Of the configuration, where that fixes it. */
    readonly setting?: string;
    path(facts: HostFacts): string | undefined;
    /** @default the same */
    benchPath?(facts: HostFacts): string | undefined;
}

function fixed(
    [ownerId, modeId]: [string, string],
    path: string,
    kind: Subject["kind"],
    mode: number,
    more: Partial<Subject> = {},
): Subject {
    return { what: path, kind, ownerId, modeId, group: "root", mode, path: () => path, ...more };
}

/** The certificate or key that a TLS setting names. */
function tlsFile(
    [ownerId, modeId]: [string, string],
    what: string,
    key: "tlscacert" | "tlscert" | "tlskey",
    mode: number,
): Subject {
    return {
        what: `the ${what} (${key})`,
        kind: "file",
        ownerId,
        modeId,
        group: "root",
        mode,
        exact: key === "tlskey",
        path: ({ daemon }) => setting(daemon, key),
        benchPath({ daemon }) {
            const configured = benchConfig(daemon, key).join("\n");
            const [, argument] = new RegExp(`${key}=([^s].*)`).exec(benchArgument(daemon, `--${key}`)) ?? [];
            return configured === "" ? argument?.split("--")[0] : configured;
        },
    };
}

const subjects: readonly Subject[] = [
    {
        ...fixed(["3.1", "3.2"], "docker.service", "file", 0o644),
        path: ({ units }) => units.service.path,
        benchPath: ({ units }) => units.service.dockerBenchPath,
    },
    {
        ...fixed(["3.3", "3.4"], "docker.socket", "file", 0o644),
        path: ({ units }) => units.socket.path,
        benchPath: ({ units }) => units.socket.dockerBenchPath,
    },
    fixed(["3.5", "3.6"], "/etc/docker", "directory", 0o755),
    tlsFile(["3.9", "3.10"], "engine's CA certificate", "tlscacert", 0o444),
    tlsFile(["3.11", "3.12"], "engine's certificate", "tlscert", 0o444),
    tlsFile(["3.13", "3.14"], "engine's private key", "tlskey", 0o400),
    fixed(["3.15", "3.16"], "/var/run/docker.sock", "socket", 0o660, { group: "docker" }),
    fixed(["3.17", "3.18"], "/etc/docker/daemon.json", "file", 0o644, { setting: "portcullis:engine" }),
    fixed(["3.19", "3.20"], "/etc/default/docker", "file", 0o644),
    fixed(["3.22", "3.21"], "/etc/sysconfig/docker", "file", 0o644),
    fixed(["3.23", "3.24"], "/run/containerd/containerd.sock", "socket", 0o660),
];

function octal(mode: number): string {
    return mode.toString(8).padStart(3, "0");
}

type Judge = (file: FileFacts, subject: Subject) => boolean;

const isOwned: Judge = (file, { group }) =>
    file.uid === 0 && (group === "root" ? file.gid === 0 : file.group === group);

const isClosed: Judge = (file, { mode, exact }) =>
    exact === true ? file.mode === mode : (file.mode & ~mode) === 0;

/** Permissions read as decimal numbers, and compared: 577 is less than 644. */
const benchIsClosed: Judge = (file, { mode, exact }) => {
    const [found, allowed] = [Number(octal(file.mode)), Number(octal(mode))];
    return exact === true ? found === allowed : found <= allowed;
};

function judgeFile(
    subject: Subject,
    facts: HostFacts,
    fine: Judge,
    found: (file: FileFacts) => string,
): Verdict {
    const file = fileAt(facts, subject.path(facts));
    if (file?.kind !== subject.kind) {
        return info(`${subject.what} is not there.`);
    }
    return fine(file, subject) ? pass : warn(found(file), [file.path]);
}

function benchFile(subject: Subject, facts: HostFacts, fine: Judge): Verdict["result"] {
    const file = fileAt(facts, (subject.benchPath ?? subject.path)(facts));
    if (file?.kind !== subject.kind) {
        return "INFO";
    }
    return fine({ ...file, ...file.link }, subject) ? "PASS" : "WARN";
}

function why(subject: Subject, facts: HostFacts, otherwise: string): string {
    const path = (subject.benchPath ?? subject.path)(facts);
    if (path !== subject.path(facts)) {
        return `It looks for ${subject.what} in another way, and finds ${path ?? "nothing"}.`;
    }
    return fileAt(facts, path)?.link === undefined
        ? otherwise
        : "It reads the owner and the mode of a symbolic link, not of the file.";
}

function fileChecks(subject: Subject): Check<HostFacts>[] {
    const { what, group, mode, exact } = subject;
    const name = what.startsWith("/") || what.startsWith("the ") ? what : `the unit file ${what}`;
    const place = what.startsWith("/") ? what : `FILE, where FILE is ${name}`;
    const more = subject.setting === undefined ? {} : { setting: subject.setting };
    return [
        check({
            ...more,
            id: subject.ownerId,
            level: 1,
            scored: true,
            title: `root:${group} owns ${name}`,
            reads: `owner of ${what}`,
            remediation: `chown root:${group} ${place}`,
            judge: (facts) =>
                judgeFile(subject, facts, isOwned, (file) => `${file.user}:${file.group} owns ${file.path}.`),
            dockerBench: (facts) => ({
                result: benchFile(subject, facts, isOwned),
                why: why(subject, facts, "It compares names, not ids."),
            }),
        }),
        check({
            ...more,
            id: subject.modeId,
            level: 1,
            scored: true,
            title: `The mode of ${name} is ${octal(mode)}${exact === true ? "" : " or stricter"}`,
            reads: `mode of ${what}`,
            remediation: `chmod ${octal(mode)} ${place}`,
            judge: (facts) =>
                judgeFile(
                    subject,
                    facts,
                    isClosed,
                    (file) => `The mode of ${file.path} is ${octal(file.mode)}.`,
                ),
            dockerBench: (facts) => ({
                result: benchFile(subject, facts, benchIsClosed),
                why: why(
                    subject,
                    facts,
                    "It compares modes as decimal numbers, so that 577 passes for stricter than 644.",
                ),
            }),
        }),
    ];
}

const certificates = "/etc/docker/certs.d";

/** Docker Bench splits the list of files at white space, and does not count a file that it then cannot find. */
function benchCertificates({ certificates }: HostFacts): FileFacts[] {
    return certificates.filter(({ path }) => !/\s/.test(path));
}

function certificateCheck(
    id: string,
    what: {
        readonly title: string;
        readonly reads: string;
        readonly remediation: string;
        readonly why: string;
    },
    fine: (file: FileFacts) => boolean,
    benchFine: (file: FileFacts) => boolean,
): Check<HostFacts> {
    const isThere = (facts: HostFacts): boolean => fileAt(facts, certificates)?.kind === "directory";
    return check({
        id,
        level: 1,
        scored: true,
        title: what.title,
        reads: what.reads,
        remediation: what.remediation,
        setting: "portcullis:registry",
        judge(facts) {
            if (!isThere(facts)) {
                return info(`${certificates} is not there.`);
            }
            const wrong = facts.certificates.filter((file) => !fine(file));
            return wrong.length === 0
                ? pass
                : warn(
                      wrong.map(({ user, group, mode }) => `${user}:${group} ${octal(mode)}`).join(", "),
                      wrong.map(({ path }) => path),
                  );
        },
        dockerBench: (facts) => ({
            result: !isThere(facts) ? "INFO" : benchCertificates(facts).every(benchFine) ? "PASS" : "WARN",
            why: what.why,
        }),
    });
}

const certificateChecks = [
    certificateCheck(
        "3.7",
        {
            title: "root:root owns the certificates of registries",
            reads: "owners of /etc/docker/certs.d/**/*.crt",
            remediation: "chown root:root the files below /etc/docker/certs.d",
            why: "It looks at the user only, not at the group, and leaves out paths with white space.",
        },
        ({ uid, gid }) => uid === 0 && gid === 0,
        ({ uid }) => uid === 0,
    ),
    certificateCheck(
        "3.8",
        {
            title: "The mode of the certificates of registries is 444 or stricter",
            reads: "modes of /etc/docker/certs.d/**/*.crt",
            remediation: "chmod 444 the certificates below /etc/docker/certs.d",
            why: "It compares modes as decimal numbers, and leaves out paths with white space.",
        },
        ({ mode }) => (mode & ~0o444) === 0,
        ({ mode }) => Number(octal(mode)) <= 444,
    ),
];

/** All checks of the section, in order. */
export const section3: readonly Check<HostFacts>[] = [
    ...subjects.flatMap(fileChecks),
    ...certificateChecks,
].sort((a, b) => Number(a.id.slice(2)) - Number(b.id.slice(2)));

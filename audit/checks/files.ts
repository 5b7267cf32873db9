/** Owners and modes of the daemon's files. */
import { type FileFacts, fileAt, type HostFacts } from "../facts";
import type { Check, Outcome } from "../model";
import { setting } from "./daemon";
import { daemonCheck, info, pass, warn } from "./define";

/** A path that is judged twice: for its owner, and for its mode. */
export interface Subject {
    readonly what: string;
    readonly kind: FileFacts["kind"];
    readonly ownerId: string;
    readonly modeId: string;
    readonly group: "root" | "docker";
    /** Bits that may be set. */
    readonly mode: number;
    /** Whether the check asks for exactly this mode. @default false */
    readonly exact?: boolean;
    /** The setting that corrects the path, if there is one. */
    readonly setting?: string;
    path(facts: HostFacts): string | undefined;
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
    };
}

/** The paths, but for the certificates of registries. */
export const subjects: readonly Subject[] = [
    {
        ...fixed(["3.1", "3.2"], "docker.service", "file", 0o644),
        path: ({ units }) => units.service.path,
    },
    {
        ...fixed(["3.3", "3.4"], "docker.socket", "file", 0o644),
        path: ({ units }) => units.socket.path,
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

/** `644` */
export function octal(mode: number): string {
    return mode.toString(8).padStart(3, "0");
}

/** Tells whether a file is as a check asks. */
export type FileJudge = (file: FileFacts, subject: Subject) => boolean;

/** Judges a file by its owner. */
export const isOwned: FileJudge = (file, { group }) =>
    file.uid === 0 && (group === "root" ? file.gid === 0 : file.group === group);

const isClosed: FileJudge = (file, { mode, exact }) =>
    exact === true ? file.mode === mode : (file.mode & ~mode) === 0;

function judgeFile(
    subject: Subject,
    facts: HostFacts,
    fine: FileJudge,
    found: (file: FileFacts) => string,
): Outcome {
    const file = fileAt(facts, subject.path(facts));
    if (file?.kind !== subject.kind) {
        return info(`${subject.what} is not there.`);
    }
    return fine(file, subject) ? pass : warn(found(file), [file.path]);
}

function subjectChecks(subject: Subject): Check<HostFacts>[] {
    const { what, group, mode, exact } = subject;
    const name = what.startsWith("/") || what.startsWith("the ") ? what : `the unit file ${what}`;
    const place = what.startsWith("/") ? what : `FILE, where FILE is ${name}`;
    const more = subject.setting === undefined ? {} : { setting: subject.setting };
    return [
        daemonCheck({
            ...more,
            id: subject.ownerId,
            level: 1,
            scored: true,
            title: `Owner of ${name} (should be root:${group})`,
            reads: `owner of ${what}`,
            remediation: `chown root:${group} ${place}`,
            judge: (facts) =>
                judgeFile(subject, facts, isOwned, (file) => `${file.user}:${file.group} owns ${file.path}.`),
        }),
        daemonCheck({
            ...more,
            id: subject.modeId,
            level: 1,
            scored: true,
            title: `Mode of ${name} (should be ${octal(mode)}${exact === true ? "" : " or stricter"})`,
            reads: `mode of ${what}`,
            remediation: `chmod ${octal(mode)} ${place}`,
            judge: (facts) =>
                judgeFile(
                    subject,
                    facts,
                    isClosed,
                    (file) => `The mode of ${file.path} is ${octal(file.mode)}.`,
                ),
        }),
    ];
}

/** The folder of the certificates of registries. */
export const certificatesFolder = "/etc/docker/certs.d";

function certificateCheck(
    id: string,
    what: {
        readonly title: string;
        readonly reads: string;
        readonly remediation: string;
    },
    fine: (file: FileFacts) => boolean,
): Check<HostFacts> {
    const isThere = (facts: HostFacts): boolean => fileAt(facts, certificatesFolder)?.kind === "directory";
    return daemonCheck({
        id,
        level: 1,
        scored: true,
        title: what.title,
        reads: what.reads,
        remediation: what.remediation,
        setting: "portcullis:registry",
        judge(facts) {
            if (!isThere(facts)) {
                return info(`${certificatesFolder} is not there.`);
            }
            const wrong = facts.certificates.filter((file) => !fine(file));
            return wrong.length === 0
                ? pass
                : warn(
                      wrong.map(({ user, group, mode }) => `${user}:${group} ${octal(mode)}`).join(", "),
                      wrong.map(({ path }) => path),
                  );
        },
    });
}

const certificateChecks = [
    certificateCheck(
        "3.7",
        {
            title: "Owner of the certificates of registries (should be root:root)",
            reads: "owners of /etc/docker/certs.d/**/*.crt",
            remediation: `find ${certificatesFolder} -name '*.crt' -type f -exec chown root:root {} +`,
        },
        ({ uid, gid }) => uid === 0 && gid === 0,
    ),
    certificateCheck(
        "3.8",
        {
            title: "Mode of the certificates of registries (should be 444 or stricter)",
            reads: "modes of /etc/docker/certs.d/**/*.crt",
            remediation: `find ${certificatesFolder} -name '*.crt' -type f -exec chmod 444 {} +`,
        },
        ({ mode }) => (mode & ~0o444) === 0,
    ),
];

export const fileChecks: readonly Check<HostFacts>[] = [
    ...subjects.flatMap(subjectChecks),
    ...certificateChecks,
];

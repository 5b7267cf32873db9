/** Docker Bench's verdicts on owners and modes. */
import {
    certificatesFolder,
    isOwned,
    octal,
    subjects,
    type FileJudge,
    type Subject,
} from "../../checks/files";
import { type FileFacts, fileAt, type HostFacts } from "../../facts";
import type { DockerBenchVerdict, Result } from "../../model";
import { benchArgument, benchConfig } from "../reading";
import type { Foretell, ForetoldTable } from "./define";

type Path = (facts: HostFacts) => string | undefined;

/** The path that Docker Bench takes for the certificate or key of a TLS setting. */
function tlsPath(key: "tlscacert" | "tlscert" | "tlskey"): Path {
    return ({ daemon }) => {
        const configured = benchConfig(daemon, key).join("\n");
        const [, argument] = new RegExp(`${key}=([^s].*)`).exec(benchArgument(daemon, `--${key}`)) ?? [];
        return configured === "" ? argument?.split("--")[0] : configured;
    };
}

/** Files that Docker Bench looks for in another way than systemd and the engine, by the check of their owner. */
const paths: Readonly<Record<string, Path>> = {
    "3.1": ({ units }) => units.service.dockerBenchPath,
    "3.3": ({ units }) => units.socket.dockerBenchPath,
    "3.9": tlsPath("tlscacert"),
    "3.11": tlsPath("tlscert"),
    "3.13": tlsPath("tlskey"),
};

function pathOf(subject: Subject, facts: HostFacts): string | undefined {
    return (paths[subject.ownerId] ?? subject.path)(facts);
}

/** Docker Bench compares permissions as decimal numbers: 577 is less than 644. */
const isClosedForIt: FileJudge = (file, { mode, exact }) => {
    const [found, allowed] = [Number(octal(file.mode)), Number(octal(mode))];
    return exact === true ? found === allowed : found <= allowed;
};

function verdict(subject: Subject, facts: HostFacts, fine: FileJudge): Result {
    const file = fileAt(facts, pathOf(subject, facts));
    if (file?.kind !== subject.kind) {
        return "INFO";
    }
    return fine({ ...file, ...file.link }, subject) ? "PASS" : "WARN";
}

function why(subject: Subject, facts: HostFacts, otherwise: string): string {
    const path = pathOf(subject, facts);
    if (path !== subject.path(facts)) {
        return `Docker Bench looks for ${subject.what} in another way, and finds ${path ?? "nothing"}.`;
    }
    return fileAt(facts, path)?.link === undefined
        ? otherwise
        : "Docker Bench reads the owner and the mode of a symbolic link, not of the file.";
}

function foretell(subject: Subject, fine: FileJudge, otherwise: string): Foretell {
    return (facts) => ({
        result: verdict(subject, facts, fine),
        why: why(subject, facts, otherwise),
    });
}

/** Docker Bench splits the list of files at white space, and does not count a file that it then cannot find. */
function certificates(fine: (file: FileFacts) => boolean, otherwise: string): Foretell {
    return (facts): DockerBenchVerdict => {
        const seen = facts.certificates.filter(({ path }) => !/\s/.test(path));
        const isThere = fileAt(facts, certificatesFolder)?.kind === "directory";
        return { result: !isThere ? "INFO" : seen.every(fine) ? "PASS" : "WARN", why: otherwise };
    };
}

export const foretoldOfFiles: ForetoldTable = {
    ...Object.fromEntries(
        subjects.flatMap((subject) => [
            [subject.ownerId, foretell(subject, isOwned, "Docker Bench compares names, not ids.")],
            [
                subject.modeId,
                foretell(
                    subject,
                    isClosedForIt,
                    "Docker Bench compares modes as decimal numbers, so that 577 passes for stricter than 644.",
                ),
            ],
        ]),
    ),
    "3.7": certificates(
        ({ uid }) => uid === 0,
        "Docker Bench looks at the user only, not at the group, and leaves out paths with white space.",
    ),
    "3.8": certificates(
        ({ mode }) => Number(octal(mode)) <= 444,
        "Docker Bench compares modes as decimal numbers, and leaves out paths with white space.",
    ),
};

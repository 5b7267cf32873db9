/** Section 4: images. */
import type { HostFacts, ImageFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";
import { check, info, manual, pass, warn } from "./define";
import { benchSeesImage } from "./docker-bench-reading";

function nameOf({ tags, id }: ImageFacts): string {
    return tags.length === 0 ? id.replace(/^sha256:/, "").slice(0, 12) : tags.join(" ");
}

/** Docker's own reading of a user: a number, or a name of the image's /etc/passwd. */
function isRoot(user: string): boolean {
    const [name = ""] = user.split(":");
    return name === "" || name === "root" || /^[+-]?0+$/.test(name);
}

/** Docker cuts an instruction to 45 characters where it is not told otherwise. */
function cut(text: string): string {
    const characters = Array.from(text.replaceAll("\t", " "));
    return characters.length <= 45 ? characters.join("") : `${characters.slice(0, 44).join("")}…`;
}

const refreshesIndex =
    /\b(?:apt|apt-get|aptitude|apk|yum|dnf|microdnf|zypper)\b[^&|;]*\s(?:update|refresh|makecache)\b/;
const installs = /\s(?:install|add|upgrade|dist-upgrade|full-upgrade)\s/;

/** An instruction that refreshes the list of packages, and installs nothing from it: its layer goes stale in a cache. */
function updatesAlone({ history }: ImageFacts): boolean {
    return history.some(({ createdBy }) => refreshesIndex.test(createdBy) && !installs.test(`${createdBy} `));
}

/** The oldest layer is the base's own root file system, which no COPY can make. */
function usesAdd({ history }: ImageFacts): boolean {
    return history.slice(0, -1).some(({ createdBy }) => /^(?:.*#\(nop\)\s+)?ADD\s/.test(createdBy));
}

function imageCheck(
    definition: Pick<Check<HostFacts>, "id" | "title" | "reads" | "remediation" | "level"> & {
        readonly verdict: "WARN" | "INFO";
        readonly finding: string;
        readonly why: string;
        readonly found: (image: ImageFacts) => boolean;
        readonly benchFound: (image: ImageFacts) => boolean;
    },
): Check<HostFacts> {
    const { verdict, finding, why, found, benchFound, ...rest } = definition;
    return check({
        ...rest,
        scored: verdict === "WARN",
        judge({ images }) {
            const items = images.filter(found).map(nameOf);
            return items.length === 0 ? pass : (verdict === "WARN" ? warn : info)(finding, items);
        },
        dockerBench(facts) {
            const seen = facts.images.filter(({ id }) => benchSeesImage(facts, id));
            return { result: seen.some(benchFound) ? verdict : "PASS", why };
        },
    });
}

/** All checks of the section, in order. */
export const section4: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "4.1",
        level: 1,
        title: "Containers run as a user of their own",
        reads: "docker inspect: Config.User",
        remediation:
            "Give the image a USER, or the container `--user UID:GID`; root inside is root on what it reaches.",
        verdict: "WARN",
        finding: "Run as root",
        find: named(({ user }) => isRoot(user)),
        bench: {
            find: named(({ user }) => ["", "0", "root", "[]", "<no value>"].includes(user)),
            why: "It knows root as `0`, `root` or nothing, and takes `0:0` for another user.",
        },
        withoutContainers: "INFO",
    }),
    manual({
        id: "4.2",
        level: 1,
        result: "NOTE",
        title: "Base images come from a source that is trusted",
        reads: "nothing: a person has to judge it",
        remediation: "Name base images by digest, take them from publishers you know, and scan them.",
    }),
    manual({
        id: "4.3",
        level: 1,
        result: "NOTE",
        title: "Images hold no package that they do not need",
        reads: "nothing: a person has to judge it",
        remediation: "Build on a minimal base, and leave tools out of the final stage.",
    }),
    manual({
        id: "4.4",
        level: 1,
        result: "NOTE",
        title: "Images are scanned, and built anew for security updates",
        reads: "nothing: a person has to judge it",
        remediation:
            "Scan on each deployment (portcullis:scan), and build again when a fixed version is out.",
        setting: "portcullis:scan",
    }),
    check({
        id: "4.5",
        level: 2,
        scored: true,
        title: "Only signed images are pulled (content trust)",
        reads: "/etc/environment: DOCKER_CONTENT_TRUST",
        remediation:
            "DOCKER_CONTENT_TRUST=1 in /etc/environment makes clients check Notary signatures; for images that have none, pin digests and verify signatures in the pipeline.",
        judge: ({ contentTrust }) =>
            contentTrust.everyone === "1" ? pass : warn("DOCKER_CONTENT_TRUST is not set for all users."),
        dockerBench: ({ contentTrust }) => ({
            result: contentTrust.session === "1" ? "PASS" : "WARN",
            why: "It reads the environment that it was itself started in, which says nothing about the host's users.",
        }),
    }),
    imageCheck({
        id: "4.6",
        level: 1,
        title: "Images have a health check",
        reads: "docker image inspect: Config.Healthcheck",
        remediation: "Add a HEALTHCHECK to the image; remove images that are not used.",
        verdict: "WARN",
        finding: "Without a health check",
        why: "It takes HEALTHCHECK NONE, which switches a health check off, for one.",
        found: ({ healthCheck }) => healthCheck !== "present",
        benchFound: ({ healthCheck }) => healthCheck === "absent",
    }),
    imageCheck({
        id: "4.7",
        level: 1,
        title: "Lists of packages are refreshed in the instruction that installs",
        reads: "docker history",
        remediation: "Write `apt-get update && apt-get install …` as one RUN instruction.",
        verdict: "INFO",
        finding: "An instruction refreshes the list of packages and installs nothing",
        why: "It looks for the word update in the first 45 characters of each instruction, whatever stands after it.",
        found: updatesAlone,
        benchFound: ({ history }) =>
            history.some(({ createdBy, comment }) => `${cut(createdBy)} ${comment}`.includes("update")),
    }),
    manual({
        id: "4.8",
        level: 2,
        result: "NOTE",
        title: "Images hold no setuid or setgid programs",
        reads: "nothing: a person has to judge it",
        remediation:
            "Take the bits away while the image is built; no-new-privileges (5.26) makes them useless.",
    }),
    imageCheck({
        id: "4.9",
        level: 1,
        title: "Images are made with COPY, not with ADD",
        reads: "docker history",
        remediation:
            "Replace ADD by COPY, and by an explicit download with a checksum where it fetched a URL.",
        verdict: "INFO",
        finding: "Made with ADD",
        why: "It looks for the three letters anywhere in an instruction.",
        found: usesAdd,
        benchFound: ({ history }) =>
            history
                .map(({ createdBy }) => createdBy)
                .join("\n")
                .split("\n")
                .slice(0, -1)
                .some((line) => line.includes("ADD")),
    }),
    manual({
        id: "4.10",
        level: 1,
        result: "NOTE",
        title: "Images hold no secrets",
        reads: "nothing: a person has to judge it",
        remediation: "Hand secrets to a build with `--secret`, and to a container as a file.",
    }),
    manual({
        id: "4.11",
        level: 2,
        result: "NOTE",
        title: "Only packages whose origin was verified are installed",
        reads: "nothing: a person has to judge it",
        remediation:
            "Install from signed repositories; check what is downloaded otherwise against a checksum.",
    }),
    manual({
        id: "4.12",
        level: 1,
        result: "NOTE",
        title: "Signatures of artifacts are validated",
        reads: "nothing: a person has to judge it",
        remediation: "Check signatures before an artifact goes into a registry or a package repository.",
    }),
];

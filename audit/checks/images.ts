/** Images: their contents, and the instructions that made them. */
import type { HostFacts, ImageFacts } from "../facts";
import type { Check } from "../model";
import { check, info, manual, pass, warn } from "./define";

/** The first release of Docker's client without content trust. */
const firstWithoutTrust = 29;

function nameOf({ tags, id }: ImageFacts): string {
    return tags.length === 0 ? id.replace(/^sha256:/, "").slice(0, 12) : tags.join(" ");
}

const refreshesIndex =
    /\b(?:apt|apt-get|aptitude|apk|yum|dnf|microdnf|zypper)\b[^&|;]*\s(?:update|refresh|makecache)\b/;
const installs = /\s(?:install|add|upgrade|dist-upgrade|full-upgrade)\s/;

/** An instruction that refreshes the list of packages, and installs none: its layer goes stale in a cache. */
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
        readonly found: (image: ImageFacts) => boolean;
    },
): Check<HostFacts> {
    const { verdict, finding, found, ...rest } = definition;
    return check({
        ...rest,
        scored: verdict === "WARN",
        judge({ images }) {
            const items = images.filter(found).map(nameOf);
            return items.length === 0 ? pass : (verdict === "WARN" ? warn : info)(finding, items);
        },
    });
}

export const imageChecks: readonly Check<HostFacts>[] = [
    manual({
        id: "4.2",
        level: 1,
        result: "NOTE",
        title: "Source of base images",
        reads: "nothing: a person has to judge it",
        remediation: "Name base images by digest, take them from publishers you know, and scan them.",
    }),
    manual({
        id: "4.3",
        level: 1,
        result: "NOTE",
        title: "Packages in images that are not needed",
        reads: "nothing: a person has to judge it",
        remediation: "Build on a minimal base, and leave tools out of the final stage.",
    }),
    manual({
        id: "4.4",
        level: 1,
        result: "NOTE",
        title: "Scans of images, and builds for security updates",
        reads: "nothing: a person has to judge it",
        remediation:
            "Scan on each deployment (portcullis:scan), and build again when a fixed version is out.",
        setting: "portcullis:scan",
    }),
    check({
        id: "4.5",
        level: 2,
        scored: true,
        title: "Signatures of pulled images (content trust)",
        reads: "/etc/environment: DOCKER_CONTENT_TRUST; docker --version",
        remediation:
            "Leave DOCKER_CONTENT_TRUST alone: pulls of images without Notary signatures fail with it, Docker's Notary servers close on 2026-12-08, and clients from 29.0 on do not read it. Instead pull by digest (NAME@sha256:…), verify signatures with cosign or notation before an image is let in, and except this check with that reason.",
        judge({ contentTrust: { everyone, client } }) {
            if (everyone !== "1") {
                return warn("DOCKER_CONTENT_TRUST is not set for all users.");
            }
            if (client === undefined) {
                return info(
                    "DOCKER_CONTENT_TRUST is set for all users; whether the host's client reads it is not known.",
                );
            }
            return Number(client.split(".")[0]) >= firstWithoutTrust
                ? warn(`DOCKER_CONTENT_TRUST is set, and the client ${client} does not read it.`)
                : pass;
        },
    }),
    imageCheck({
        id: "4.6",
        level: 1,
        title: "Health checks of images",
        reads: "docker image inspect: Config.Healthcheck",
        remediation: "Add a HEALTHCHECK to the image; remove images that are not used.",
        verdict: "WARN",
        finding: "Without a health check",
        found: ({ healthCheck }) => healthCheck !== "present",
    }),
    imageCheck({
        id: "4.7",
        level: 1,
        title: "Refreshing of package lists in images",
        reads: "docker history",
        remediation: "Write `apt-get update && apt-get install …` as one RUN instruction.",
        verdict: "INFO",
        finding: "An instruction refreshes the list of packages and installs nothing",
        found: updatesAlone,
    }),
    manual({
        id: "4.8",
        level: 2,
        result: "NOTE",
        title: "Setuid and setgid programs in images",
        reads: "nothing: a person has to judge it",
        remediation:
            "Take the bits away while the image is built; no-new-privileges (5.26) makes them useless.",
    }),
    imageCheck({
        id: "4.9",
        level: 1,
        title: "Use of ADD in images",
        reads: "docker history",
        remediation:
            "Replace ADD by COPY, and by an explicit download with a checksum where it fetched a URL.",
        verdict: "INFO",
        finding: "Made with ADD",
        found: usesAdd,
    }),
    manual({
        id: "4.10",
        level: 1,
        result: "NOTE",
        title: "Secrets in images",
        reads: "nothing: a person has to judge it",
        remediation: "Hand secrets to a build with `--secret`, and to a container as a file.",
    }),
    manual({
        id: "4.11",
        level: 2,
        result: "NOTE",
        title: "Origin of the packages in images",
        reads: "nothing: a person has to judge it",
        remediation:
            "Install from signed repositories; check what is downloaded otherwise against a checksum.",
    }),
    manual({
        id: "4.12",
        level: 1,
        result: "NOTE",
        title: "Signatures of artifacts",
        reads: "nothing: a person has to judge it",
        remediation: "Check signatures before an artifact goes into a registry or a package repository.",
    }),
];

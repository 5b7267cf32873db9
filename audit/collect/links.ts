/** Follows the symbolic links in the paths of the host that containers see. Docker tells such a path as it was given. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ContainerFacts } from "../facts";
import type { Target } from "../../transport/target";
import { AuditError } from "../error";
import { runOnHost } from "./run-on-host";

type Container = Omit<ContainerFacts, "sshd">;

/**
 * The containers, with `linkTarget` at each mount whose path on the host is or goes through a symbolic link.
 * @throws AuditError where the host cannot be reached, or answers something else.
 */
export async function withLinkTargets(
    target: Target,
    containers: readonly Container[],
    signal: AbortSignal,
): Promise<readonly Container[]> {
    const paths = [
        ...new Set(containers.flatMap(({ mounts }) => mounts.flatMap(({ hostPath }) => hostPath ?? []))),
    ];
    if (paths.length === 0) {
        return containers;
    }
    const real = await realPaths(target, paths, signal);
    return containers.map((container) => ({
        ...container,
        mounts: container.mounts.map((mount) => {
            const linkTarget = real.get(mount.hostPath ?? "") ?? "";
            const isLink = linkTarget !== "" && linkTarget !== path.posix.resolve(mount.hostPath ?? "");
            return isLink ? { ...mount, linkTarget } : mount;
        }),
    }));
}

/** Each path with its real path; an empty text where the path leads nowhere. */
async function realPaths(
    target: Target,
    paths: readonly string[],
    signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
    const asked = Buffer.from(paths.map((one) => `${one}\0`).join("")).toString("base64");
    const script = fs.readFileSync(path.join(__dirname, "..", "scripts", "real-paths.sh"), "utf8");
    const what = `the links in containers' mounts on ${target.url} cannot be followed`;
    const printed = await runOnHost(target, "sh -s", { what, input: `paths='${asked}'\n${script}`, signal });
    const [first, ...real] = printed.split("\0");
    if (first !== "links" || real.length !== paths.length + 1) {
        throw new AuditError(
            `audit: ${what}: the script's answer is not as expected: ${JSON.stringify(printed.slice(0, 200))}; ` +
                "check that the host runs Linux with GNU coreutils, and that the SSH user's shell prints nothing of its own",
        );
    }
    return new Map(paths.map((one, index) => [one, real[index] ?? ""]));
}

/** The host: its file system, its users, its system and the engine's version. */
import { counted } from "../../text/count";
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { securityOption } from "./daemon";
import { check, info, manual, pass, warn } from "./define";

export const hostChecks: readonly Check<HostFacts>[] = [
    check({
        id: "1.1.1",
        level: 1,
        scored: true,
        title: "File system of Docker's data (should be one of its own)",
        reads: "docker info: DockerRootDir; mount points",
        remediation:
            "Mount a partition or logical volume on the data root (/var/lib/docker), so that images and logs cannot fill the host's root.",
        judge({ engine, mountPoints }) {
            const remapped = securityOption(engine.securityOptions, "userns") !== undefined;
            // With user namespaces the engine works in a folder below the data root, named by the remapped ids.
            const root = remapped ? engine.rootDir.replace(/\/[^/]+\/?$/, "") : engine.rootDir;
            return mountPoints.includes(root) ? pass : warn(`${root} is no mount point.`, [root]);
        },
    }),
    check({
        id: "1.1.2",
        level: 1,
        scored: true,
        title: "Users who control the engine (group docker)",
        reads: "group docker",
        remediation:
            "Take everyone out of the group docker who is not to be root on this host: gpasswd --delete USER docker. Name the others as trusted users.",
        judge({ dockerGroup, trustedUsers }) {
            const users = [...new Set([...dockerGroup.members, ...dockerGroup.primary])];
            if (trustedUsers === undefined || trustedUsers.length === 0) {
                return users.length === 0
                    ? info("Nobody is in the group docker.")
                    : info(
                          `${counted(users.length, "user is", "users are")} in the group docker, which gives root's rights.`,
                          users,
                      );
            }
            const doubtful = users.filter((user) => !trustedUsers.includes(user));
            return doubtful.length === 0
                ? pass
                : warn("Not named as trusted, and in the group docker.", doubtful);
        },
    }),
    manual({
        id: "1.2.1",
        level: 1,
        result: "INFO",
        title: "Hardening of the host itself",
        reads: "nothing: a person has to judge it",
        remediation:
            "Harden the host's system by a benchmark of its own: services, accounts, updates, kernel settings, time.",
    }),
    check({
        id: "1.2.2",
        level: 1,
        scored: false,
        title: "Version of the engine (should be maintained)",
        reads: "docker info: ServerVersion",
        remediation:
            "Compare the version with the releases of whoever packages the engine for this host, and install their security updates.",
        judge: ({ engine }) => info(`Engine ${engine.version}; no list of releases was asked.`),
    }),
];

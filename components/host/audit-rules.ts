import { auditedPaths } from "../../audit/checks/audit-rules";

/**
 * Paths of units, of containerd's socket, and of Debian's and our own programs. The audit finds out on the host which
 * unit is in use; for programs Docker Bench looks in /usr/bin only.
 */
const morePaths = [
    "/usr/sbin/dockerd",
    "/usr/sbin/runc",
    "/run/containerd/containerd.sock",
    "/etc/systemd/system/docker.service",
    "/etc/systemd/system/docker.socket",
    "/usr/lib/systemd/system/docker.service",
    "/usr/lib/systemd/system/docker.socket",
    "/usr/local/lib/portcullis",
    "/usr/local/lib/portcullis-authorization",
];

/** The folder in which Docker Bench looks for the engine's data. */
const usualDataRoot = "/var/lib/docker";

/** The file of our rules. The site's own rules come first: a rule that fails stops the loading of all later ones. */
export const auditRulesFile = "/etc/audit/rules.d/90-portcullis-docker.rules";

/**
 * The kernel audit rules for the engine's files (CIS Docker 1.6.0, 1.1.3 to 1.1.18): every write and every change of
 * owner or mode is recorded under the key `docker`. One rule a line, as in a file of /etc/audit/rules.d.
 *
 * Reads are not recorded: all these files are public but for the data root, and a record of each read would bury
 * the changes. What containers write in the data root is not recorded either: their users' ids begin at SUB_UID_MIN of
 * login.defs.
 *
 * @param dataRoot the engine's data root
 */
export function renderAuditRules(dataRoot: string = usualDataRoot): string {
    const folders = [usualDataRoot, dataRoot];
    const paths = [...new Set([...auditedPaths, ...morePaths, ...folders])].sort();
    return paths.map((path) => `${rule(path, folders)}\n`).join("");
}

function rule(path: string, dataFolders: readonly string[]): string {
    const isData = dataFolders.includes(path);
    // `dir` watches a folder with all that is in it; `path` watches only what is made and removed in the folder itself.
    // A data root can be a mount point, and there a rule with `path` would watch the folder beneath the mount.
    const field = isData || path === "/etc/docker" ? "dir" : "path";
    return `-a always,exit -F ${field}=${path} -F perm=wa${isData ? " -F uid<100000" : ""} -F key=docker`;
}

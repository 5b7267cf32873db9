import { auditedPaths } from "../../audit/checks/audit-rules";

/**
 * Where units, containerd's socket, Debian's programs and our own lie. Of the units the audit finds out on the host which
 * is in use; for the programs Docker Bench knows /usr/bin only.
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

/** Where Docker Bench looks for the engine's data. */
const usualDataRoot = "/var/lib/docker";

/** The file that keeps them; those of the site come first, as all after a rule that fails is not loaded. */
export const auditRulesFile = "/etc/audit/rules.d/90-portcullis-docker.rules";

/**
 * The kernel audit rules for the engine's files (CIS Docker 1.6.0, 1.1.3 to 1.1.18): every write and every change of
 * owner or mode is recorded under the key `docker`. One rule a line, as in a file of /etc/audit/rules.d.
 *
 * Reads are not recorded: all these files are public but for the data root, and a record of each read would bury
 * the changes. What containers write in the data root is not recorded either: their users' ids begin at SUB_UID_MIN of
 * login.defs.
 *
 * @param dataRoot the engine's
 */
export function renderAuditRules(dataRoot: string = usualDataRoot): string {
    const folders = [usualDataRoot, dataRoot];
    const paths = [...new Set([...auditedPaths, ...morePaths, ...folders])].sort();
    return paths.map((path) => `${rule(path, folders)}\n`).join("");
}

function rule(path: string, dataFolders: readonly string[]): string {
    const isData = dataFolders.includes(path);
    // With all that is in it; of other folders only what is made and removed in the folder itself. A data root can be a
    // mount point, of which a rule for the path alone would see the folder beneath.
    const field = isData || path === "/etc/docker" ? "dir" : "path";
    return `-a always,exit -F ${field}=${path} -F perm=wa${isData ? " -F uid<100000" : ""} -F key=docker`;
}

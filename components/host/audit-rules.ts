import { auditedPaths } from "../../audit/checks/section1";

/**
 * Where units, containerd's socket and Debian's programs lie. Of the units the audit finds out on the host which is in
 * use; for the programs Docker Bench knows /usr/bin only.
 */
const morePaths = [
    "/usr/sbin/dockerd",
    "/usr/sbin/runc",
    "/run/containerd/containerd.sock",
    "/etc/systemd/system/docker.service",
    "/etc/systemd/system/docker.socket",
    "/usr/lib/systemd/system/docker.service",
    "/usr/lib/systemd/system/docker.socket",
];

/** Folders with everything in them; of the others only the folder itself, as containers write in them all the time. */
const wholeFolders = ["/etc/docker"];

/**
 * The kernel audit rules for the engine's files (CIS Docker 1.6.0, 1.1.3 to 1.1.18): every write and every change of
 * owner or mode is recorded under the key `docker`. One rule a line, as in a file of /etc/audit/rules.d.
 *
 * Reads are not recorded: all these files are public but for the data root, and a record of each read would bury
 * the changes.
 */
export function renderAuditRules(): string {
    const paths = [...auditedPaths, ...morePaths].sort();
    return paths.map((path) => `${rule(path)}\n`).join("");
}

function rule(path: string): string {
    const field = wholeFolders.includes(path) ? "dir" : "path";
    return `-a always,exit -F ${field}=${path} -F perm=wa -F key=docker`;
}

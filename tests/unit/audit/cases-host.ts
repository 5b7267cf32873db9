/** Cases of sections 1 to 3: the host, the daemon, its files. */
import type { HostFacts } from "../../../audit/facts";
import { type Case, engine, swarm } from "./cases";
import { daemon, file, goodHost } from "./facts";

function rules(...inForce: string[]): Partial<HostFacts> {
    return { auditRules: { hasAuditctl: true, isEnabled: true, rules: inForce, fileLines: [] } };
}

const tlsPaths = { tlscacert: "/tls/ca.pem", tlscert: "/tls/cert.pem", tlskey: "/tls/key.pem" };
const tlsConfig = {
    hosts: ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2376"],
    tlsverify: true,
    ...tlsPaths,
};
const oneLine = `{"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": true}`.replace(", ", ",\n");
/** The default bridge, with traffic between its containers. */
const openBridge = goodHost().networks.map((network) => ({
    ...network,
    options: { ...network.options, "com.docker.network.bridge.enable_icc": "true" },
}));

export const hostCases: readonly Case[] = [
    ["no file system of its own", "1.1.1", { mountPoints: ["/"] }, "WARN"],
    [
        "a mount below the data root only",
        "1.1.1",
        { mountPoints: ["/", "/var/lib/docker/100000.100000"] },
        "WARN",
    ],
    ["nobody is named as trusted", "1.1.2", { trustedUsers: undefined }, "INFO"],
    ["somebody else is in the group", "1.1.2", { trustedUsers: ["carol"] }, "WARN"],
    ["a name that is part of a trusted one", "1.1.2", { trustedUsers: ["malice"] }, "WARN", "PASS"],
    ["a user by primary group", "1.1.2", { dockerGroup: { members: [], primary: ["bob"] } }, "WARN", "PASS"],
    ["a rule for a longer path", "1.1.14", rules("-w /usr/bin/containerd-shim -p wa"), "WARN", "PASS"],
    [
        "a rule that excludes the path",
        "1.1.3",
        rules("-a never,exit -F path=/usr/bin/dockerd"),
        "WARN",
        "PASS",
    ],
    [
        "a rule, while auditing is switched off",
        "1.1.3",
        {
            auditRules: {
                hasAuditctl: true,
                isEnabled: false,
                rules: ["-w /usr/bin/dockerd -p wa"],
                fileLines: [],
            },
        },
        "WARN",
        "PASS",
    ],
    [
        "a rule for the same path by its other name",
        "1.1.7",
        rules("-w /usr/lib/systemd/system/docker.service"),
        "PASS",
    ],
    [
        "rules in a file, and no auditctl",
        "1.1.3",
        {
            auditRules: {
                hasAuditctl: false,
                isEnabled: true,
                rules: [],
                fileLines: ["-w /usr/bin/dockerd -k docker"],
            },
        },
        "WARN",
        "PASS",
    ],
    [
        "a rule that is commented out, and no auditctl",
        "1.1.3",
        {
            auditRules: {
                hasAuditctl: false,
                isEnabled: true,
                rules: [],
                fileLines: ["#-w /usr/bin/dockerd -k docker"],
            },
        },
        "WARN",
    ],
    ["a version that looks newer than the date", "1.2.2", engine({ version: "27.0.1" }), "INFO", "PASS"],
    ["a version of this month", "1.2.2", engine({ version: "26.10.0" }), "INFO", "PASS"],
    ["a version that looks older than the date", "1.2.2", engine({ version: "26.9.3" }), "INFO"],
    ["a rootless engine", "2.1", engine({ securityOptions: ["name=rootless"] }), "PASS", "INFO"],
    ["icc in the file, and not in force", "2.2", { networks: openBridge }, "WARN", "PASS"],
    ["debug on the command line", "2.3", { daemon: daemon({}, ["--debug"]) }, "WARN", "PASS"],
    ["a level on the command line", "2.3", { daemon: daemon({}, ["-l", "debug"]) }, "WARN", "PASS"],
    ["a level in the file", "2.3", { daemon: daemon({ "log-level": "warn" }) }, "WARN"],
    ["iptables off", "2.4", { daemon: daemon({ iptables: false }) }, "WARN"],
    ["iptables off on the command line", "2.4", { daemon: daemon({}, ["--iptables=false"]) }, "WARN"],
    ["iptables off in another spelling", "2.4", { daemon: daemon({}, ["--iptables=0"]) }, "WARN", "PASS"],
    ["an insecure registry in force", "2.5", engine({ insecureRegistries: ["10.0.0.0/8"] }), "WARN", "PASS"],
    ["aufs", "2.6", engine({ storageDriver: "aufs" }), "WARN"],
    ["TCP with TLS, jq", "2.7", { daemon: daemon(tlsConfig) }, "PASS", "INFO"],
    ["TCP with TLS on one line, jq", "2.7", { daemon: daemon(oneLine) }, "PASS", "WARN"],
    ["TCP with TLS on one line, no jq", "2.7", { daemon: daemon(oneLine, [], false) }, "PASS"],
    ["TCP without TLS", "2.7", { daemon: daemon({}, ["-H", "tcp://0.0.0.0:2375"]) }, "WARN"],
    [
        "two TCP addresses",
        "2.7",
        { daemon: daemon({}, ["-H", "tcp://a:1", "--host=tcp://b:2"]) },
        "WARN",
        "INFO",
    ],
    ["TCP, clients not verified", "2.7", { daemon: daemon({}, ["-H=tcp://a:1", "--tls"]) }, "WARN"],
    ["no default ulimits", "2.8", { daemon: daemon({ "default-ulimits": {} }) }, "INFO"],
    ["user namespaces in the file, and not in force", "2.9", engine({ securityOptions: [] }), "WARN", "PASS"],
    ["a cgroup in the file", "2.10", { daemon: daemon({ "cgroup-parent": "x" }) }, "WARN", "PASS"],
    ["a cgroup on the command line", "2.10", { daemon: daemon({}, ["--cgroup-parent=x"]) }, "WARN"],
    ["a base size", "2.11", { daemon: daemon({ "storage-opts": ["dm.basesize=9G"] }) }, "WARN"],
    [
        "a base size over lines, no jq",
        "2.11",
        { daemon: daemon({ "storage-opts": ["dm.basesize=9G"] }, [], false) },
        "WARN",
        "PASS",
    ],
    ["a plugin in the file, and not in force", "2.12", engine({ authorizationPlugins: [] }), "WARN", "PASS"],
    ["logs that stay here", "2.13", engine({ loggingDriver: "local" }), "WARN", "PASS"],
    ["logs in files", "2.13", engine({ loggingDriver: "json-file" }), "WARN"],
    [
        "privileges off by an argument",
        "2.14",
        { daemon: daemon({}, ["--no-new-privileges=false"]) },
        "WARN",
        "PASS",
    ],
    ["no privileges said", "2.14", { daemon: daemon({}) }, "WARN"],
    ["no live restore", "2.15", engine({ liveRestore: false }), "WARN"],
    [
        "no live restore, by an argument",
        "2.15",
        {
            ...engine({ liveRestore: false }),
            daemon: daemon({}, ["--live-restore=false"]),
        },
        "WARN",
        "PASS",
    ],
    ["no live restore in a swarm", "2.15", { ...engine({ liveRestore: false }), ...swarm({}) }, "PASS"],
    [
        "the proxy off in another spelling",
        "2.16",
        { daemon: daemon({}, ["--userland-proxy=0"]) },
        "PASS",
        "WARN",
    ],
    [
        "the old name of Docker's profile",
        "2.17",
        engine({ securityOptions: ["name=seccomp,profile=default"] }),
        "PASS",
    ],
    ["no profile", "2.17", engine({ securityOptions: ["name=seccomp,profile=unconfined"] }), "WARN", "INFO"],
    ["a profile of one's own", "2.17", engine({ securityOptions: ["name=seccomp,profile=/x.json"] }), "INFO"],
    ["experimental", "2.18", engine({ experimental: true }), "WARN", "INFO"],
    ["experimental, an old engine", "2.18", engine({ experimental: true, version: "19.03.5" }), "WARN"],
    ["an old engine", "2.18", engine({ version: "18.09.1" }), "PASS"],
    ["another owner", "3.17", { files: [file("/etc/docker/daemon.json", 0o644, { uid: 7 })] }, "WARN"],
    [
        "a mode that is less as a decimal number",
        "3.18",
        { files: [file("/etc/docker/daemon.json", 0o577)] },
        "WARN",
        "PASS",
    ],
    ["a setuid bit", "3.18", { files: [file("/etc/docker/daemon.json", 0o4644)] }, "WARN"],
    [
        "a link to a good file",
        "3.18",
        {
            files: [
                file("/etc/docker/daemon.json", 0o644, {
                    link: { mode: 0o777, uid: 0, gid: 0, user: "root", group: "root" },
                }),
            ],
        },
        "PASS",
        "WARN",
    ],
    [
        "a folder in the place of a file",
        "3.18",
        { files: [file("/etc/docker/daemon.json", 0o777, { kind: "directory" })] },
        "INFO",
    ],
    ["no certificates", "3.7", { certificates: [] }, "PASS"],
    [
        "a group that is not root's",
        "3.7",
        { certificates: [file("/etc/docker/certs.d/a.crt", 0o444, { gid: 5 })] },
        "WARN",
        "PASS",
    ],
    [
        "a path with a space",
        "3.8",
        { certificates: [file("/etc/docker/certs.d/a b.crt", 0o666)] },
        "WARN",
        "PASS",
    ],
    [
        "600 is no stricter than 444",
        "3.8",
        { certificates: [file("/etc/docker/certs.d/a.crt", 0o600)] },
        "WARN",
    ],
    [
        "a key that is closed",
        "3.14",
        { daemon: daemon(tlsConfig), files: [file("/tls/key.pem", 0o400)] },
        "PASS",
    ],
    [
        "a key that even root may not read",
        "3.14",
        { daemon: daemon(tlsConfig), files: [file("/tls/key.pem", 0)] },
        "WARN",
    ],
    [
        "a key that is named with a space",
        "3.14",
        {
            daemon: daemon({}, ["--tlskey", "/tls/key.pem"]),
            files: [file("/tls/key.pem", 0o644)],
        },
        "WARN",
        "INFO",
    ],
    [
        "the socket of another group",
        "3.15",
        { files: [file("/var/run/docker.sock", 0o660, { kind: "socket" })] },
        "WARN",
    ],
];

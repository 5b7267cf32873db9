import assert from "node:assert/strict";
import { AuditError } from "../../../../audit/error";
import type { ListeningSocket } from "../../../../audit/facts";
import { container, engine, swarm } from "../cases";
import { daemon, goodHost } from "../facts";
import { itTells, judged, type Told } from "./judged";

const config = (text: unknown, ...args: string[]) => ({ daemon: daemon(text, args) });
const options = (...securityOptions: string[]) => engine({ securityOptions });
const [bridge = assert.fail(), own = assert.fail()] = goodHost().networks;
const icc = (value: string) => ({ "com.docker.network.bridge.enable_icc": value });

/** A host on which one more socket waits for clients. */
const open = (heldBy: ListeningSocket["heldBy"], address: string, text: unknown = {}) => ({
    daemon: { ...daemon(text), listening: [{ heldBy, address }] },
});
const closed = ["INFO", "The engine does not listen on TCP."] as const;

const host: readonly Told[] = [
    ["1.1.1", {}, "PASS"],
    ["1.1.1", { mountPoints: ["/"] }, "WARN", "/var/lib/docker is no mount point.", ["/var/lib/docker"]],
    [
        "1.1.1",
        { ...engine({ securityOptions: [], rootDir: "/srv/docker" }), mountPoints: ["/", "/srv/docker"] },
        "PASS",
    ],
    [
        "1.1.1",
        { ...engine({ securityOptions: [], rootDir: "/srv/docker" }), mountPoints: ["/", "/srv"] },
        "WARN",
        "/srv/docker is no mount point.",
        ["/srv/docker"],
    ],
    [
        "1.1.2",
        { trustedUsers: undefined, dockerGroup: { members: [], primary: [] } },
        "INFO",
        "Nobody is in the group docker.",
    ],
    [
        "1.1.2",
        { trustedUsers: [] },
        "INFO",
        "1 user is in the group docker, which gives root's rights.",
        ["alice"],
    ],
    [
        "1.1.2",
        { trustedUsers: undefined, dockerGroup: { members: ["alice", "bob"], primary: ["bob"] } },
        "INFO",
        "2 users are in the group docker, which gives root's rights.",
        ["alice", "bob"],
    ],
    [
        "1.1.2",
        { trustedUsers: ["carol"] },
        "WARN",
        "Not named as trusted, and in the group docker.",
        ["alice"],
    ],
    ["1.1.2", { trustedUsers: ["carol", "alice"] }, "PASS"],
    ["1.2.1", {}, "INFO"],
    ["1.2.2", {}, "INFO", "Engine 26.1.5; no list of releases was asked."],
];

const settings: readonly Told[] = [
    ["2.1", {}, "INFO", "The daemon runs as root."],
    ["2.1", options("name=userns", "name=rootless"), "PASS"],
    ["2.2", {}, "PASS"],
    [
        "2.2",
        { networks: [{ ...bridge, options: { ...bridge.options, ...icc("true") } }] },
        "WARN",
        "icc is on for the default bridge.",
    ],
    ["2.2", { networks: [{ ...own, options: icc("true") }, bridge] }, "PASS"],
    ["2.2", { networks: [own], ...config({}) }, "WARN", "icc is on for the default bridge."],
    ["2.2", { networks: [own], ...config({ icc: false }) }, "PASS"],
    ["2.3", config({ "log-level": "warn" }), "WARN", "log-level is warn."],
    ["2.3", config({ "log-level": "info" }), "PASS"],
    ["2.3", config({ "log-level": "" }), "PASS"],
    ["2.3", config({ debug: true }), "WARN", "debug is on."],
    ["2.3", config({}, "-D"), "WARN", "debug is on."],
    ["2.3", config({}, "--debug", "--iptables=true"), "WARN", "debug is on."],
    ["2.3", config({}, "--log-level=debug"), "WARN", "log-level is debug."],
    ["2.3", config({}, "--debug=true"), "WARN", "debug is on."],
    ["2.3", config({}, "--debug=T"), "WARN", "debug is on."],
    ["2.3", config({}, "--debug=0"), "PASS"],
    ["2.3", config({}, "--D"), "PASS"],
    ["2.3", config({}, "--label", "a--debug"), "PASS"],
    ["2.3", { daemon: { ...daemon({}), config: undefined } }, "PASS"],
    ["2.3", config(" \n"), "PASS"],
    ["2.4", config({ iptables: false }), "WARN", "iptables is false."],
    ["2.4", {}, "PASS"],
    [
        "2.5",
        engine({ insecureRegistries: ["10.0.0.0/8"] }),
        "WARN",
        "Registries that are trusted without TLS.",
        ["10.0.0.0/8"],
    ],
    ["2.6", engine({ storageDriver: "aufs" }), "WARN", "The storage driver is aufs."],
    ["2.7", {}, "INFO", "The engine does not listen on TCP."],
    ["2.7", config({ hosts: ["tcp://a:1"], tlsverify: true }), "PASS"],
    [
        "2.7",
        config({ hosts: ["unix:///a", "tcp://a:1"], tls: true }),
        "WARN",
        "The engine listens on TCP with TLS, but does not verify its clients.",
        ["tcp://a:1"],
    ],
    [
        "2.7",
        config({}, "-H", "tcp://a:1"),
        "WARN",
        "The engine listens on TCP without TLS: whoever reaches it is root on the host.",
        ["tcp://a:1"],
    ],
    [
        "2.7",
        { daemon: { ...daemon({}), listening: undefined } },
        "INFO",
        "The settings name no address of TCP; what is open in truth is not known.",
    ],
    [
        "2.7",
        open("engine", "tcp://192.0.2.1:4243"),
        "INFO",
        "Whether these lead to the engine is not known: look at who has them.",
        ["tcp://192.0.2.1:4243"],
    ],
    [
        "2.7",
        open("systemd", "tcp://[::]:4243"),
        "WARN",
        "The engine listens on TCP without TLS: whoever reaches it is root on the host.",
        ["tcp://[::]:4243"],
    ],
    // The engine's own process serves metrics, a swarm and published ports: none of these is the API.
    ["2.7", open("engine", "tcp://127.0.0.1:9323", { "metrics-addr": "127.0.0.1:9323" }), ...closed],
    ["2.7", { ...open("engine", "tcp://[::]:7946"), ...swarm({}) }, ...closed],
    [
        "2.7",
        { ...open("engine", "tcp://[::]:80"), ...container({ ports: [{ address: "::", port: 80 }] }) },
        ...closed,
    ],
    ["2.8", {}, "PASS"],
    ["2.8", config({}), "INFO", "No default ulimit is set."],
    ["2.8", config({}, "--default-ulimit", "nofile=1:2"), "PASS"],
    ["2.9", options("name=rootless"), "PASS"],
    ["2.9", options("name=seccomp"), "WARN", "User namespaces are off."],
    ["2.10", config({ "cgroup-parent": "x" }), "WARN", "cgroup-parent is x: confirm that it is meant."],
    ["2.10", config({ "cgroup-parent": "" }), "PASS"],
    [
        "2.11",
        config({ "storage-opts": ["overlay2.size=1G", "dm.basesize=9G"] }),
        "WARN",
        "dm.basesize is set.",
        ["dm.basesize=9G"],
    ],
    [
        "2.11",
        config({}, "--storage-opt", "dm.basesize=9G"),
        "WARN",
        "dm.basesize is set.",
        ["dm.basesize=9G"],
    ],
    ["2.11", config({ "storage-opts": ["overlay2.size=1G"] }), "PASS"],
    ["2.12", engine({ authorizationPlugins: [] }), "WARN", "No authorization plugin is in force."],
    ["2.12", engine({ authorizationPlugins: ["a", "b"] }), "PASS", "a, b"],
    [
        "2.13",
        engine({ loggingDriver: "journald" }),
        "INFO",
        "The log driver is journald; whether the journal is forwarded is not known.",
    ],
    ["2.13", engine({ loggingDriver: "syslog" }), "PASS", "The log driver is syslog."],
    ["2.13", engine({ loggingDriver: "none" }), "WARN", "The log driver is none: logs stay on this host."],
    ["2.14", config({}), "WARN", "no-new-privileges is off."],
    ["2.15", engine({ liveRestore: false }), "WARN", "live-restore is off."],
    ["2.15", { ...engine({ liveRestore: false }), ...swarm({}) }, "PASS", "A swarm node cannot have it."],
    ["2.16", config({}), "WARN", "userland-proxy is on."],
    ["2.17", {}, "PASS"],
    ["2.17", options("name=seccomp"), "PASS"],
    ["2.17", options(), "WARN", "Containers have no seccomp profile, unless they name one."],
    [
        "2.17",
        options("name=userns", "name=seccomp,profile=unconfined"),
        "WARN",
        "Containers have no seccomp profile, unless they name one.",
    ],
    [
        "2.17",
        options("name=seccomp,profile=/x.json"),
        "INFO",
        "The profile is /x.json: confirm that it is meant.",
    ],
    ["2.18", engine({ experimental: true }), "WARN", "Experimental features are on."],
    ["2.18", {}, "INFO", "Experimental features are off."],
    ["2.18", engine({ version: "19.03.15" }), "PASS"],
];

const swarms: readonly Told[] = [
    ["5.1", {}, "PASS"],
    ["5.1", swarm({ state: "locked" }), "WARN", "Swarm mode is locked."],
    ...["7.1", "7.2", "7.4", "7.5", "7.6", "7.7", "7.8", "7.9"].map((id): Told => [
        id,
        {},
        "PASS",
        "The host is in no swarm.",
    ]),
    ["7.1", swarm({}), "PASS"],
    ["7.1", swarm({ leaders: 0 }), "WARN", "0 leaders can be seen from this node; run it on a manager."],
    ["7.2", swarm({ managementAddresses: ["00A8C0:0949", "0100A8C0:0949", "01000000:0949"] }), "PASS"],
    ["7.2", swarm({ managementAddresses: ["00000000:0949"] }), "WARN", "Port 2377 listens on all addresses."],
    ["7.3", { networks: [{ ...own, driver: "overlay", options: { encrypted: "" } }, own] }, "PASS"],
    [
        "7.3",
        { networks: [{ ...own, driver: "overlay", scope: "swarm" }, bridge] },
        "WARN",
        "Overlay networks without encryption",
        ["own (swarm)"],
    ],
    ["7.4", swarm({ secrets: 1 }), "PASS"],
    ["7.4", swarm({ secrets: 0 }), "INFO", "The swarm keeps no secret."],
    ["7.5", swarm({ autoLock: true }), "PASS"],
    ["7.5", swarm({ autoLock: false }), "WARN", "Auto-lock is off."],
    ["7.6", swarm({}), "NOTE"],
    [
        "7.7",
        swarm({ certificateExpiry: undefined }),
        "INFO",
        "Node certificates live longer than two days, as far as this node can see.",
    ],
    ["7.8", swarm({}), "INFO", "A person has to judge it."],
    ["7.9", swarm({}), "INFO", "A person has to judge it."],
];

describe("audit: what is told of the host and its engine", () => {
    itTells([...host, ...settings, ...swarms]);

    it("is nothing where the engine's arguments or its configuration cannot be read", () => {
        const refused = (change: Parameters<typeof judged>[1], message: RegExp) => {
            assert.throws(
                () => judged("2.3", change),
                (error) => error instanceof AuditError && message.test(error.message),
            );
        };
        refused(
            { daemon: { ...daemon({}), command: [] } },
            /no process called dockerd was found on the host, .*; give the host on which the engine runs/,
        );
        refused(
            config("{x"),
            /^audit: .*daemon\.json\) cannot be read: .*JSON.*; correct it on the host: the engine/,
        );
        refused(config({ icc: "no" }), /cannot be read: .*icc/s);
    });
});

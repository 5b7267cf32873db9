/** Cases in which a check once said PASS, or that there is nothing, where the opposite holds. */
import type { DaemonFacts, HostFacts, ListeningSocket } from "../../../audit/facts";
import { type Case, container, engine, swarm } from "./cases";
import { daemon, goodHost, mount } from "./facts";
import { allowList, manyCalls, profile } from "./profiles";

function listening(
    sockets: readonly (readonly [ListeningSocket["heldBy"], string])[],
    change: Partial<DaemonFacts> = {},
): Partial<HostFacts> {
    const open = sockets.map(([heldBy, address]) => ({ heldBy, address }));
    return { daemon: { ...daemon({}), listening: open, ...change } };
}

const verified = daemon({ tlsverify: true });

const tcpCases: readonly Case[] = [
    ["a socket of systemd", "2.7", listening([["systemd", "tcp://[::]:2375"]]), "WARN", "INFO"],
    [
        "a socket of systemd on another port",
        "2.7",
        listening([["systemd", "tcp://0.0.0.0:4243"]]),
        "WARN",
        "INFO",
    ],
    [
        "a socket of systemd, with TLS",
        "2.7",
        { daemon: { ...verified, listening: [{ heldBy: "systemd", address: "tcp://[::]:2376" }] } },
        "PASS",
        "INFO",
    ],
    [
        "a socket that no setting names any more",
        "2.7",
        listening([["engine", "tcp://0.0.0.0:2375"]]),
        "WARN",
        "INFO",
    ],
    [
        "what another process has at the engine's port",
        "2.7",
        listening([["other", "tcp://0.0.0.0:2375"]]),
        "INFO",
    ],
    [
        "the same beside TLS",
        "2.7",
        {
            daemon: {
                ...daemon({ tlsverify: true, hosts: ["tcp://127.0.0.1:2376"] }),
                listening: [{ heldBy: "other", address: "tcp://0.0.0.0:2375" }],
            },
        },
        "INFO",
    ],
    ["sockets that were not seen", "2.7", { daemon: { ...daemon({}), listening: undefined } }, "INFO"],
    [
        "switches before -H in one word",
        "2.7",
        { daemon: daemon({}, ["-DH", "tcp://0.0.0.0:1"]) },
        "WARN",
        "INFO",
    ],
    ["-H and its value in one word", "2.7", { daemon: daemon({}, ["-Htcp://0.0.0.0:1"]) }, "WARN"],
    ["an address without a protocol", "2.7", { daemon: daemon({}, ["--host", ":2375"]) }, "WARN"],
    ["TLS, and no address: 2376 of this host", "2.7", tlsAlone(), "WARN", "INFO"],
    ["an address in the file that is empty", "2.7", { daemon: daemon({ hosts: [""] }) }, "INFO"],
];

/** dockerd --tls, without -H. */
function tlsAlone(): Partial<HostFacts> {
    const command = ["/usr/sbin/dockerd", "--tls"];
    return { daemon: { ...daemon({}), command, newestCommand: command } };
}

const writable = [
    "/etc/cron.d",
    "/usr/local/bin",
    "/boot/grub",
    "/dev/sda",
    "/bin",
    "/lib64/security",
    "/root/.ssh",
    "//etc",
    "/srv/../etc/",
    "/var/lib",
    "/var/run",
    "/var/lib/docker/volumes",
];

const fileCases: readonly Case[] = [
    ...writable.map((path): Case => [
        `${path} writable`,
        "5.6",
        container({ mounts: [mount(path)] }),
        "WARN",
        "PASS",
    ]),
    [
        "a link to a system folder",
        "5.6",
        container({ mounts: [mount("/srv/link", { linkTarget: "/etc/cron.d" })] }),
        "WARN",
        "PASS",
    ],
    [
        "a link to a folder of one's own",
        "5.6",
        container({ mounts: [mount("/srv/link", { linkTarget: "/srv/data" })] }),
        "PASS",
    ],
    [
        "a link to the folder of a socket",
        "5.32",
        container({ mounts: [mount("/srv/link", { writable: false, linkTarget: "/run/containerd" })] }),
        "WARN",
        "PASS",
    ],
    ["a folder that only begins like one", "5.6", container({ mounts: [mount("/etcetera")] }), "PASS"],
    ["a folder of one's own", "5.6", container({ mounts: [mount("/srv/data")] }), "PASS"],
    [
        "the engine's data at another place",
        "5.6",
        { ...engine({ rootDir: "/data/docker/1.1" }), ...container({ mounts: [mount("/data")] }) },
        "WARN",
        "PASS",
    ],
    ...[
        "/run/containerd/containerd.sock",
        "/run/containerd",
        "/var/run/../run/podman/",
        "/run/crio/crio.sock",
        "/run/cri-dockerd.sock",
        "/srv/other/podman.sock",
    ].map((path): Case => {
        const mounts = [mount(path, { writable: false })];
        return [`${path} in a container`, "5.32", container({ mounts }), "WARN", "PASS"];
    }),
    [
        "a folder with a socket that the settings name",
        "5.32",
        { daemon: daemon({}, ["-H", "unix:///srv/d/api"]), ...container({ mounts: [mount("/srv/d")] }) },
        "WARN",
        "PASS",
    ],
    [
        "a folder with a socket that was seen",
        "5.32",
        { ...listening([["other", "unix:///srv/d/api"]]), ...container({ mounts: [mount("/srv/d")] }) },
        "WARN",
        "PASS",
    ],
    [
        "another folder of /run",
        "5.32",
        container({ mounts: [mount("/run/app", { writable: false })] }),
        "PASS",
    ],
];

const off = [
    "no-new-privileges=0",
    "no-new-privileges=f",
    "no-new-privileges:False",
    "no-new-privileges=FALSE",
];
const loosening = [
    ...off,
    "seccomp=unconfined",
    "seccomp:unconfined",
    "apparmor:unconfined",
    "label:disable",
    "disable",
    "systempaths=unconfined",
    "writable-cgroups=true",
    `seccomp=${profile("SCMP_ACT_ALLOW")}`,
    "label=type:web_t",
];

function options(...securityOptions: string[]): Partial<HostFacts> {
    return { ...container({ securityOptions }), daemon: daemon({}) };
}

function seccomp(text: string): Partial<HostFacts> {
    return container({ securityOptions: [`seccomp=${text}`] });
}

const allowAll = (action: string) => ({ names: manyCalls, action });

const optionCases: readonly Case[] = [
    ...off.map((option): Case => [option, "5.26", options(option), "WARN", "PASS"]),
    ...["no-new-privileges", "no-new-privileges=1", "no-new-privileges:T", "no-new-privileges=True"].map(
        (option): Case => [option, "5.26", options(option), "PASS"],
    ),
    ["on, and off again", "5.26", options("no-new-privileges", "no-new-privileges=F"), "WARN", "PASS"],
    ...loosening.map((option): Case => [option, "5.3", options(option), "WARN", "PASS"]),
    ["an option that confines", "5.3", options("no-new-privileges=1", "label=disable"), "PASS"],
    ["nothing in the file", "5.22", seccomp("{}"), "WARN", "PASS"],
    ["a profile that allows all", "5.22", seccomp(profile("SCMP_ACT_ALLOW")), "WARN", "PASS"],
    ["a profile that logs all", "5.22", seccomp(profile("SCMP_ACT_LOG")), "WARN", "PASS"],
    [
        "a profile that names all calls",
        "5.22",
        seccomp(profile("SCMP_ACT_ERRNO", allowAll("SCMP_ACT_ALLOW"))),
        "WARN",
        "PASS",
    ],
    [
        "a profile that denies them",
        "5.22",
        seccomp(profile("SCMP_ACT_ERRNO", allowAll("SCMP_ACT_KILL"))),
        "PASS",
    ],
    ["a profile that allows what it has to", "5.22", seccomp(allowList), "PASS"],
    ["the engine's own by its name", "5.22", seccomp("builtin"), "PASS"],
    ["a profile that cannot be read", "5.22", seccomp("/etc/docker/app.json"), "INFO", "PASS"],
    ...(
        [
            [undefined, "INFO"],
            [profile("SCMP_ACT_ALLOW"), "WARN"],
        ] as const
    ).map(([seccompProfile, result]): Case => [
        `a file for the whole engine: ${seccompProfile ?? "not read"}`,
        "5.22",
        {
            ...engine({ securityOptions: ["name=seccomp,profile=/x.json"] }),
            daemon: { ...daemon({}), seccompProfile },
        },
        result,
        "PASS",
    ]),
];

/** Hosts on which what was read of a daemon is not the engine's that answers. */
const foreign: readonly (readonly [string, Partial<HostFacts>])[] = [
    ["rootless", engine({ securityOptions: ["name=seccomp,profile=builtin", "name=rootless"] })],
    ["podman", engine({ components: ["Podman Engine", "Conmon"] })],
    ["an engine that does not answer /version", engine({ components: undefined })],
    ["snap", engine({ rootDir: "/var/snap/docker/common/var-lib-docker" })],
];

/** What root's settings and files would pass; Docker Bench judges them whichever engine answers. */
const notJudged = "1.1.3 1.1.14 2.2 2.3 2.4 2.10 2.11 2.14 2.16 3.5 3.8 3.16 3.17 3.18".split(" ");

const foreignCases: readonly Case[] = foreign.flatMap(([what, change]) => [
    ...notJudged.map((id): Case => [`${what}: root's daemon is another`, id, change, "INFO", "PASS"]),
    [
        `${what}: a default of settings that are not known`,
        "5.26",
        { ...change, ...container({ securityOptions: [] }) },
        "INFO",
        "PASS",
    ] satisfies Case,
]);

export const oppositeCases: readonly Case[] = [
    ...tcpCases,
    ...fileCases,
    ...optionCases,
    ...foreignCases,
    [
        "podman: registries in a file of its own",
        "2.5",
        engine({ components: ["Podman Engine"] }),
        "INFO",
        "PASS",
    ],
    ["logs in a journal that may stay here", "2.13", engine({ loggingDriver: "journald" }), "INFO", "PASS"],
    ["a client without content trust", "4.5", trust("29.0.1"), "WARN", "PASS"],
    ["a client that is not known", "4.5", trust(undefined), "INFO", "PASS"],
    ["a swarm's own ports", "2.7", { ...swarm({}), ...listening([["engine", "tcp://[::]:2377"]]) }, "INFO"],
];

function trust(client: string | undefined): Partial<HostFacts> {
    return { contentTrust: { ...goodHost().contentTrust, client } };
}

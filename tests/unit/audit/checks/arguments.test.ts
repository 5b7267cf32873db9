import type { ListeningSocket } from "../../../../audit/facts";
import { container, swarm } from "../cases";
import { daemon, file } from "../facts";
import { itTells, type Told } from "./judged";

const given = (...args: string[]) => ({ daemon: daemon({}, args) });

/** An engine that has nothing but these settings and arguments, and the sockets that wait for clients. */
const started = (
    text: unknown,
    args: readonly string[],
    ...sockets: (readonly [ListeningSocket["heldBy"], string])[]
) => {
    const command = ["/usr/sbin/dockerd", ...args];
    const listening = sockets.map(([heldBy, address]) => ({ heldBy, address }));
    return { daemon: { ...daemon(text), command, newestCommand: command, listening } };
};

const debug = ["WARN", "debug is on."] as const;
const closed = ["INFO", "The engine does not listen on TCP."] as const;
const unclear = ["INFO", "Whether these lead to the engine is not known: look at who has them."] as const;
const plain = [
    "WARN",
    "The engine listens on TCP without TLS: whoever reaches it is root on the host.",
] as const;
const unverified = ["WARN", "The engine listens on TCP with TLS, but does not verify its clients."] as const;

/** Spellings of options, as Docker's parser takes them. */
const spellings: readonly Told[] = [
    ...["-D=true", "-D=1", "--debug=1", "--debug=t"].map((word): Told => ["2.3", given(word), ...debug]),
    ...["-D=false", "-D=0", "--debug=F"].map((word): Told => ["2.3", given("--debug", word), "PASS"]),
    ["2.3", given("--debug=false", "--debug=true", "--debug"), ...debug],
    ["2.3", given("-Dl", "warn"), ...debug],
    ["2.3", given("-l=warn"), "WARN", "log-level is warn."],
    ["2.3", given("-lwarn"), "WARN", "log-level is warn."],
    ["2.3", given("-l", "warn", "--log-level", "info"), "PASS"],
    // The value of another option is no option, and neither is the name of a program.
    ...["D-1", "SD-1", "x=--debug"].map((label): Told => ["2.3", given("--label", label), "PASS"]),
    ["2.3", given("-gD"), "PASS"],
    ["2.3", { daemon: { ...daemon({}), command: ["-Docker"] } }, "PASS"],
    ["2.10", given("--cgroup-parent", "a=b"), "WARN", "cgroup-parent is a=b: confirm that it is meant."],
    ["2.11", { daemon: daemon({ "storage-opts": null }) }, "PASS"],
    ["2.11", { daemon: daemon({ "storage-opts": ["dm.fs=xfs", "overlay2.size=1G"] }) }, "PASS"],
    [
        "3.14",
        { ...given("--tlskey=/a=b.pem"), files: [file("/a=b.pem", 0o440)] },
        "WARN",
        "The mode of /a=b.pem is 440.",
        ["/a=b.pem"],
    ],
];

/** Addresses that the settings give. */
const told: readonly Told[] = [
    ["2.7", started({}, []), ...closed],
    ["2.7", started({ hosts: null }, []), ...closed],
    ...["unix:///run/docker.sock", "fd://", "fd://docker.socket"].map((address): Told => [
        "2.7",
        started({ hosts: [address] }, []),
        ...closed,
    ]),
    ["2.7", started({ hosts: ["tcp://a:1/unix://x"] }, []), ...plain, ["tcp://a:1/unix://x"]],
    ["2.7", started({ tls: true }, []), ...unverified, ["tcp://localhost:2376"]],
    ["2.7", started({ tlsverify: true }, []), "PASS"],
    ["2.7", started({}, ["--tlsverify"]), "PASS"],
    ["2.7", started({}, ["--tls", "-H", ""]), ...unverified, ["tcp://localhost:2376"]],
    ["2.7", started({}, ["-H", "", "-H", "tcp://a:1"]), ...plain, ["tcp://a:1"]],
];

const atPort = (port: string) => `tcp://192.0.2.1:${port}`;
const published = container({ ports: [{ address: "::", port: 8080 }] });
const metrics = { "metrics-addr": "[fd00::2]:9323" };

/** Sockets that are open. */
const sockets: readonly Told[] = [
    // The address of the settings is told, and not again the socket that it opens: without a port one of the two by custom.
    ...(
        [
            ["tcp://a:4243", "4243"],
            ["tcp://a:4243/api/x", "4243"],
            ["tcp://a", "2375"],
            ["tcp://a", "2376"],
        ] as const
    ).flatMap(([address, port]): Told[] => [
        ["2.7", started({ hosts: [address] }, [], ["systemd", atPort(port)]), ...plain, [address]],
        ["2.7", started({ hosts: [address], tlsverify: true }, [], ["engine", atPort(port)]), "PASS"],
    ]),
    [
        "2.7",
        started({ hosts: ["tcp://a"] }, [], ["systemd", atPort("4243")]),
        ...plain,
        ["tcp://a", atPort("4243")],
    ],
    [
        "2.7",
        started({ hosts: ["tcp://a:1"], tlsverify: true }, [], ["engine", atPort("4243")]),
        ...unclear,
        [atPort("4243")],
    ],
    ["2.7", started({}, [], ["engine", atPort("2376")]), ...plain, [atPort("2376")]],
    ["2.7", started({}, [], ["other", atPort("2376")]), ...unclear, [atPort("2376")]],
    ["2.7", started({}, [], ["other", "unix:///run/docker.sock"]), ...closed],
    [
        "2.7",
        started({}, [], ["engine", atPort("4243")], ["systemd", atPort("4244")]),
        ...plain,
        [atPort("4244")],
    ],
    // The port alone says what metrics are.
    ["2.7", started(metrics, [], ["engine", "tcp://[fd00::3]:9323"]), ...closed],
    ["2.7", started(metrics, [], ["engine", "tcp://[fd00::3]:2"]), ...unclear, ["tcp://[fd00::3]:2"]],
    ["2.7", started({}, ["--metrics-addr", "a:2375"], ["engine", atPort("2375")]), ...closed],
    ["2.7", started({ "metrics-addr": "" }, [], ["engine", atPort("9323")]), ...unclear, [atPort("9323")]],
    // A swarm's ports are a swarm's only where there is one.
    ...["2377", "7946"].flatMap((port): Told[] => [
        ["2.7", started({}, [], ["engine", atPort(port)]), ...unclear, [atPort(port)]],
        ["2.7", { ...started({}, [], ["engine", atPort(port)]), ...swarm({}) }, ...closed],
        ["2.7", { ...started({}, [], ["engine", atPort(port)]), ...swarm({ state: "pending" }) }, ...closed],
    ]),
    // A published port explains a socket of the engine's process, and none of systemd's.
    ["2.7", { ...started({}, [], ["engine", atPort("8080")]), ...published }, ...closed],
    ["2.7", { ...started({}, [], ["engine", atPort("80")]), ...published }, ...unclear, [atPort("80")]],
    ["2.7", { ...started({}, [], ["systemd", atPort("8080")]), ...published }, ...plain, [atPort("8080")]],
];

describe("audit: what is told of the engine's arguments, and of addresses of TCP", () => {
    itTells([...spellings, ...told, ...sockets]);
});

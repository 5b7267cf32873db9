import assert from "node:assert/strict";
import type { ContainerFacts, ImageFacts } from "../../../../audit/facts";
import { container, engine } from "../cases";
import { daemon, goodContainer, goodHost, mount, networkIds } from "../facts";
import { allowList } from "../profiles";
import { itTells, judged, type Told } from "./judged";

const [app = assert.fail()] = goodHost().images;
const images = (...changes: Partial<ImageFacts>[]) => ({
    images: changes.map((change) => ({ ...app, ...change })),
});
const made = (...createdBy: string[]) =>
    images({ history: createdBy.map((text) => ({ createdBy: text, comment: "" })) });
const gone = { usedImages: [] };
const ports = (...published: [string, number][]) =>
    container({ ports: published.map(([address, port]) => ({ address, port })) });
const restart = (policy: string, maximumRetries = 0) => container({ restart: { policy, maximumRetries } });
const secured = (...securityOptions: string[]) => container({ securityOptions });

const imagesTold: readonly Told[] = [
    ...["4.2", "4.3", "4.4", "4.8", "4.10", "4.11", "4.12"].map((id): Told => [id, {}, "NOTE"]),
    [
        "4.5",
        { contentTrust: { everyone: "", session: "", client: undefined } },
        "WARN",
        "DOCKER_CONTENT_TRUST is not set for all users.",
    ],
    [
        "4.5",
        { contentTrust: { everyone: "1", session: "", client: "29.0.0" } },
        "WARN",
        "DOCKER_CONTENT_TRUST is set, and the client 29.0.0 does not read it.",
    ],
    ["4.5", { contentTrust: { everyone: "1", session: "", client: "28.5.2" } }, "PASS"],
    [
        "4.5",
        { contentTrust: { everyone: "1", session: "", client: undefined } },
        "INFO",
        "DOCKER_CONTENT_TRUST is set for all users; whether the host's client reads it is not known.",
    ],
    ["4.6", {}, "PASS"],
    [
        "4.6",
        images(
            { healthCheck: "absent", tags: ["app:1", "app:2"] },
            { healthCheck: "absent", tags: [], id: `sha256:${"0123456789abcdef".repeat(4)}` },
            {},
        ),
        "WARN",
        "Without a health check",
        ["app:1 app:2", "0123456789ab"],
    ],
    ["4.7", made("RUN apt-get update && apt-get install x"), "PASS"],
    ["4.7", made("RUN apt-get install"), "PASS"],
    [
        "4.7",
        made("RUN apt-get -q update"),
        "INFO",
        "An instruction refreshes the list of packages and installs nothing",
        ["app:1"],
    ],
    ["4.9", made("COPY x /x", "ADD y /y", "base"), "INFO", "Made with ADD", ["app:1"]],
    ["4.9", made("/bin/sh -c #(nop)  ADD file:1 in /", "base"), "INFO", "Made with ADD", ["app:1"]],
    ["4.9", made("RUN echo ADD x", "base"), "PASS"],
    ["6.1", {}, "INFO", "1 of 1 image is used by a container."],
    ["6.1", { ...images({}, { id: "sha256:2" }), ...gone }, "INFO", "0 of 2 images are used by a container."],
    ["6.2", {}, "INFO", "1 of 1 container is running."],
    [
        "6.2",
        { ...engine({ containerCount: 3 }), containers: [goodContainer(), goodContainer()] },
        "INFO",
        "2 of 3 containers are running.",
    ],
];

/** What is told of the one container `good`, when a check finds it. */
function finds(id: string, result: "WARN" | "INFO", finding: string) {
    return (change: Partial<ContainerFacts>, ...what: string[]): Told => [
        id,
        container(change),
        result,
        finding,
        what.length === 0 ? ["good"] : what.map((one) => `good:${one}`),
    ];
}

const capabilities = finds("5.4", "WARN", "With added capabilities");
const loose = finds("5.3", "WARN", "Without an option that confines");
const root = finds("4.1", "WARN", "Run as root");
const folder = finds("5.6", "WARN", "With a system folder of the host, writable");
const socket = finds("5.32", "WARN", "With the socket of an engine or a runtime, or a folder that it is in");
const noSeccomp = finds("5.22", "WARN", "Without a seccomp profile that holds back anything");
const noProcessLimit = finds("5.29", "WARN", "Without a limit of processes");
const endless = finds("5.15", "WARN", "Restarted without an end");
const volume = "/var/lib/docker/volumes/x/_data";
/** A volume that shows a path of the host. */
const shows = (hostPath: string | undefined) => ({ mounts: [mount(volume, { hostPath })] });

const containersTold: readonly Told[] = [
    ...["", "root", "root:staff", "0", "0:1000", "+0", "-0", "00", ":5"].map((user) => root({ user })),
    ...["1000", "10", "0x", "a0", "rooty", "app:root"].map((user): Told => [
        "4.1",
        container({ user }),
        "PASS",
    ]),
    loose({ securityOptions: [] }),
    ...["seccomp=unconfined", "label:disable", "no-new-privileges:false"].map((option) =>
        loose({ securityOptions: [option] }),
    ),
    ["5.3", secured("seccomp=unconfined", "no-new-privileges"), "PASS"],
    loose({ securityOptions: ["label=type:disabled_t"] }),
    [
        "5.3",
        { ...secured("label=type:disabled_t"), ...engine({ securityOptions: ["name=selinux"] }) },
        "PASS",
    ],
    capabilities({ addedCapabilities: ["CAP_SYS_ADMIN", "net_admin", "CHOWN"] }, "SYS_ADMIN", "NET_ADMIN"),
    capabilities({ privileged: true, addedCapabilities: ["ALL"] }, "ALL (privileged)", "ALL"),
    ...[
        "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD",
        "NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT",
    ].map((names): Told => ["5.4", container({ addedCapabilities: names.split(" ") }), "PASS"]),
    finds("5.5", "WARN", "Privileged")({ privileged: true }),
    folder({ mounts: [mount("/etc//"), mount("/srv")] }, "/etc"),
    folder({ mounts: [mount("/")] }, "/"),
    ...["/boot", "/dev", "/lib", "/proc", "/sys", "/usr"].map((path) =>
        folder({ mounts: [mount(path)] }, path),
    ),
    folder({ mounts: [mount("/srv/x/", { linkTarget: "/etc/ssh" })] }, "/srv/x -> /etc/ssh"),
    folder({ mounts: [mount("/etc/app", { linkTarget: "/srv/app" })] }, "/etc/app -> /srv/app"),
    ["5.6", container({ mounts: [mount("/x", { linkTarget: "/etc", writable: false })] }), "PASS"],
    ["5.6", container(shows(undefined)), "PASS"],
    finds("5.7", "WARN", "With an sshd")({ sshd: { visible: false } }),
    ["5.8", ports(["192.0.2.1", 1024], ["192.0.2.1", 1023]), "WARN", "On a port below 1024", ["good:1023"]],
    ["5.8", ports(["192.0.2.1", 1024]), "PASS"],
    [
        "5.9",
        ports(["192.0.2.1", 8443]),
        "WARN",
        "With published ports: confirm that they are needed",
        ["good:8443"],
    ],
    finds("5.10", "WARN", "With the host's network")({ networkMode: "host" }),
    finds("5.11", "WARN", "Without a memory limit")({ memory: 0 }),
    finds("5.12", "WARN", "Without a CPU limit or weight")({ nanoCpus: 0 }),
    finds("5.13", "WARN", "With a writable root file system")({ readOnlyRoot: false }),
    [
        "5.14",
        ports(["", 1], ["0.0.0.0", 2], ["::", 3], ["192.0.2.1", 4]),
        "WARN",
        "On all addresses of the host",
        ["good::1", "good:0.0.0.0:2", "good::::3"],
    ],
    endless({ restart: { policy: "always", maximumRetries: 0 } }, "always"),
    endless({ restart: { policy: "unless-stopped", maximumRetries: 0 } }, "unless-stopped"),
    endless({ restart: { policy: "on-failure", maximumRetries: 6 } }, "on-failure"),
    ["5.15", restart("on-failure", 5), "PASS"],
    ["5.15", restart(""), "PASS"],
    finds("5.16", "WARN", "With the host's processes")({ pidMode: "host" }),
    finds("5.17", "WARN", "With the host's IPC")({ ipcMode: "host" }),
    finds("5.18", "INFO", "With devices of the host")({ deviceCount: 1 }),
    finds("5.19", "INFO", "With the engine's default limits")({ ulimitCount: 0 }),
    finds("5.20", "WARN", "With shared propagation")({ mounts: [mount("/a", { propagation: "rshared" })] }),
    ["5.20", container({ mounts: [mount("/a")] }), "PASS"],
    finds("5.21", "WARN", "With the host's name")({ utsMode: "host" }),
    noSeccomp({ securityOptions: ["seccomp=unconfined"] }),
    noSeccomp({ securityOptions: ["seccomp:unconfined"] }),
    noSeccomp({ securityOptions: ["seccomp=/x.json", "seccomp=unconfined"] }),
    noSeccomp({ securityOptions: ["seccomp=/x.json"], privileged: true }),
    finds(
        "5.22",
        "INFO",
        "What their seccomp profile holds back is not known",
    )({ securityOptions: ["seccomp=unconfined", "seccomp=/x.json"] }),
    ["5.22", secured("seccomp=unconfined", `seccomp=${allowList}`), "PASS"],
    ["5.22", secured("label=type:seccomp:unconfined"), "PASS"],
    [
        "5.22",
        engine({ securityOptions: [] }),
        "WARN",
        "Without a seccomp profile that holds back anything",
        ["good"],
    ],
    finds("5.25", "WARN", "In another cgroup")({ cgroupParent: "/x" }),
    ["5.26", secured("no-new-privileges"), "PASS"],
    ["5.26", secured("no-new-privileges:true", "seccomp=unconfined"), "PASS"],
    ["5.26", secured("seccomp=unconfined"), "PASS"],
    finds(
        "5.26",
        "WARN",
        "Without no-new-privileges",
    )({
        securityOptions: ["no-new-privileges:true", "no-new-privileges", "no-new-privileges:false"],
    }),
    [
        "5.26",
        { ...secured("seccomp=/x.json"), daemon: daemon({}) },
        "WARN",
        "Without no-new-privileges",
        ["good"],
    ],
    [
        "5.26",
        { ...secured(), ...engine({ components: undefined }) },
        "INFO",
        "They leave it to the engine, whose settings are not known",
        ["good"],
    ],
    finds("5.27", "WARN", "Without a health check")({ hasHealthCheck: false }),
    ...[undefined, 0, -1].map((pidsLimit) => noProcessLimit({ pidsLimit })),
    ["5.29", container({ pidsLimit: 1 }), "PASS"],
    finds("5.30", "INFO", "In the default bridge network")({ networks: [networkIds.bridge] }),
    finds("5.31", "WARN", "With the host's user namespace")({ userNamespaceMode: "host" }),
    ...["/", "/run", "/run/", "/var/run", "/run/docker.sock", "/run/docker"].map((path) =>
        socket(shows(path)),
    ),
    ...["/run/dockerd", "/srv", undefined].map((path): Told => ["5.32", container(shows(path)), "PASS"]),
    socket({ mounts: [mount("/mnt/docker.sock")] }),
];

describe("audit: what is told of images and containers", () => {
    itTells([...imagesTold, ...containersTold]);

    it("is nothing on a confined container, and that there is none", () => {
        for (let number = 2; number <= 32; number++) {
            const id = `5.${number}`;
            const remark = ["5.23", "5.24"].includes(id) ? "NOTE" : id === "5.28" ? "INFO" : undefined;
            assert.deepEqual(
                judged(id, number === 9 ? ports() : {}),
                remark === undefined ? { result: "PASS" } : { result: remark },
                id,
            );
            assert.deepEqual(judged(id, { containers: [] }), {
                result: "INFO",
                details: "No container is running.",
            });
        }
    });

    it("is that the kernel lacks AppArmor only where that is what all found containers lack", () => {
        const confined = goodContainer({ appArmorProfile: "" });
        const kernel =
            "the kernel has no AppArmor: seccomp, capabilities and user namespaces confine the containers";
        const limit = (...found: Partial<ContainerFacts>[]) => {
            const outcome = judged("5.2", {
                containers: found.map((change) => ({ ...confined, ...change })),
            });
            assert.deepEqual([outcome.result, outcome.details], ["WARN", "Without an AppArmor profile"]);
            return outcome.hostLimit;
        };
        assert.equal(limit({}), kernel);
        assert.equal(limit({}, { securityOptions: ["label=type:apparmor:x"] }), kernel);
        assert.equal(limit({}, { appArmorProfile: "unconfined" }), undefined);
        assert.equal(limit({ securityOptions: ["apparmor:mine"] }), undefined);
        assert.ok(!("hostLimit" in judged("5.2", container({ appArmorProfile: "unconfined" }))));
    });
});

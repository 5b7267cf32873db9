import { container, engine } from "../cases";
import { daemon, mount } from "../facts";
import { itTells, type Told } from "./judged";

const mounted = (...paths: string[]) => container({ mounts: paths.map((path) => mount(path)) });
const writable = (change: Told[1], ...paths: string[]): Told => [
    "5.6",
    change,
    "WARN",
    "With a system folder of the host, writable",
    paths.map((path) => `good:${path}`),
];

const folders: readonly Told[] = [
    ...[
        ...["/bin/sh", "/sbin", "/lib", "/lib32", "/libx32/x", "/run/systemd/system", "/var/run/systemd"],
        ...["/var", "/var/lib/containerd/x", "/var/spool", "/var/spool/cron/crontabs"],
    ].map((path) => writable(mounted(path), path)),
    ...[
        ...["/binaries", "/sbin2", "/library", "/lib64x", "/usr2", "/rootfs", "/srv/bin", "/srv/etc"],
        ...["/run/user/1000", "/var/running", "/var/lib/dockerd"],
    ].map((path): Told => ["5.6", mounted(path), "PASS"]),
    writable(mounted("/usr", "/etc", "/srv", "/usr/", "/etc"), "/usr", "/etc"),
];

const shown = (change: Told[1]): Told => [
    "5.32",
    change,
    "WARN",
    "With the socket of an engine or a runtime, or a folder that it is in",
    ["good"],
];
/** A container with a path of the host on which something waits at an address. */
const beside = (address: string, path: string) => ({
    daemon: { ...daemon({}), listening: [{ heldBy: "other" as const, address }] },
    ...mounted(path),
});
const told = { daemon: daemon({}, ["-H", "unix:///srv/d/api"]), ...mounted("/srv/d") };

const sockets: readonly Told[] = [
    ...[
        ...["/run/buildkit", "/run/containerd", "/run/crio", "/run/docker/containerd"],
        ...["/run/k3s", "/run/k3s/containerd", "/run/podman"],
    ].map((path) => shown(mounted(path))),
    // A name is enough, wherever it is: the path of the host, the one in the container, or where a link leads.
    ...["docker", "containerd", "podman", "crio", "cri-dockerd", "dockershim", "buildkitd"].flatMap(
        (name) => [
            shown(mounted(`/srv/${name}.sock`)),
            shown(container({ mounts: [mount("/srv/x", { destination: `/mnt/${name}.sock` })] })),
            shown(container({ mounts: [mount("/srv/x", { linkTarget: `/srv/${name}.sock` })] })),
        ],
    ),
    shown(container({ mounts: [mount("/srv/docker.sock", { hostPath: undefined })] })),
    ...["/srv/dockersock", "/srv/app.sock", "/run/containers", "/run/crio2"].map((path): Told => [
        "5.32",
        mounted(path),
        "PASS",
    ]),
    // A socket at another place, which was seen open or which the settings name.
    ...(
        [
            ["unix:///srv/d/api", "/srv/d/api"],
            ["unix:///srv/d/api", "/srv"],
            ["unix:///var/run/d/api", "/run/d"],
            ["unix:///run/d/api", "/var/run/d"],
        ] as const
    ).map(([address, path]) => shown(beside(address, path))),
    ...(
        [
            ["unix:///srv/d/api", "/srv/d/apis"],
            ["unix:///srv/run/api", "/srv/var/run"],
            ["unix:///runner/api", "/var/runner"],
            ["unix:///srv/usr/bin/api", "/srv/bin"],
            ["tcp://192.0.2.1:1/unix:///srv/d/api", "/srv/d"],
        ] as const
    ).map(([address, path]): Told => ["5.32", beside(address, path), "PASS"]),
    shown(told),
    // The settings that were read are another engine's, and so is the socket in them.
    ["5.32", { ...told, ...engine({ rootDir: "/var/snap/docker/common/var-lib-docker" }) }, "PASS"],
];

describe("audit: what is told of the host's folders and sockets in containers", () => {
    itTells([...folders, ...sockets]);
});

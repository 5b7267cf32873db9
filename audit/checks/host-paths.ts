/** Paths of the host by which a container gets the host itself. */
import * as path from "node:path";
import type { ContainerFacts, HostFacts, MountFacts } from "../facts";

/** A path in its only form: without dots and double slashes, and without the links that every Linux system has. */
function canonical(name: string): string {
    const clean = path.posix.normalize(`/${name}`).replace(/(.)\/$/, "$1");
    return clean
        .replace(/^\/var\/run(?=\/|$)/, "/run")
        .replace(/^\/(bin|sbin|lib(?:32|64|x32)?)(?=\/|$)/, "/usr/$1");
}

/** Whether a path is a folder, or lies in it. */
function isIn(name: string, folder: string): boolean {
    return folder === "/" || name === folder || name.startsWith(`${folder}/`);
}

/** Folders that hold the system: programs, settings, devices, the kernel, and jobs that start by themselves. */
const systemFolders = [
    "/boot",
    "/dev",
    "/etc",
    "/proc",
    "/root",
    "/run/systemd",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/spool/cron",
];

/** The path of the host that a mount shows: as the path was given, and where its links lead. */
function pathsOf({ hostPath, linkTarget }: MountFacts): string[] {
    return [hostPath, linkTarget].flatMap((name) => name ?? []);
}

/** The path that is mounted, where that path is writable, and in a system folder or above one. */
function writableSystemPath(mount: MountFacts, folders: readonly string[]): string[] {
    const isSystem = (name: string): boolean =>
        folders.some((folder) => isIn(name, folder) || isIn(folder, name));
    return mount.writable && pathsOf(mount).map(canonical).some(isSystem)
        ? [pathsOf(mount).map(cleanName).join(" -> ")]
        : [];
}

/** A path as it was given, but for dots and double slashes. */
function cleanName(name: string): string {
    return path.posix.normalize(name).replace(/(.)\/$/, "$1");
}

/** System paths of the host that a container can write to. */
export function writableSystemPaths({ mounts }: ContainerFacts, { engine }: HostFacts): string[] {
    const folders = [...systemFolders, canonical(engine.rootDir)];
    return [...new Set(mounts.flatMap((mount) => writableSystemPath(mount, folders)))];
}

/** The sockets on which engines and container runtimes wait for commands by default. */
const defaultSockets = [
    "/run/buildkit/buildkitd.sock",
    "/run/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/dockershim.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
];

const socketName = /(?:docker|containerd|podman|crio|cri-dockerd|dockershim|buildkitd)\.sock/;

/** The sockets of this host's engines: those by default, those of the settings, and those that were seen open. */
function socketsOf({ daemon }: HostFacts, told: readonly string[]): string[] {
    const seen = (daemon.listening ?? []).map(({ address }) => address);
    const ofHost = [...seen, ...told].flatMap((address) => /^unix:\/\/(\/.*)$/.exec(address)?.[1] ?? []);
    return [...defaultSockets, ...ofHost.map(canonical)];
}

/**
 * Whether a mount shows the socket of an engine or a runtime: the socket itself, a folder above the socket, or a path with
 * the socket's name in it.
 * @param told addresses that the engine is told to listen on
 */
export function showsSocket(mount: MountFacts, facts: HostFacts, told: readonly string[]): boolean {
    const shown = pathsOf(mount);
    const sockets = socketsOf(facts, told);
    return (
        [mount.source, mount.destination, ...shown].some((name) => socketName.test(name)) ||
        shown.map(canonical).some((folder) => sockets.some((socket) => isIn(socket, folder)))
    );
}

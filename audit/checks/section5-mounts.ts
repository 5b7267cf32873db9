/** Section 5: what containers see of the host's files. */
import type { ContainerFacts, HostFacts, MountFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";

/** Folders that no container should write to. */
const sensitive = ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"] as const;

function clean(path: string): string {
    return path.length > 1 ? path.replace(/\/+$/, "") : path;
}

function writableSensitive({ mounts }: ContainerFacts): string[] {
    return sensitive.filter((folder) =>
        mounts.some(
            ({ hostPath, writable }) => writable && hostPath !== undefined && clean(hostPath) === folder,
        ),
    );
}

/** A container's mounts as Docker's templates print them: what Docker Bench looks through. */
function printed({ mounts }: ContainerFacts): string {
    const one = (mount: MountFacts): string =>
        [
            mount.type,
            mount.name,
            mount.source,
            mount.destination,
            mount.driver,
            mount.mode,
            String(mount.writable),
            mount.propagation,
        ].join(" ");
    return `[${mounts.map((mount) => `{${one(mount)}}`).join(" ")}]`;
}

function benchWritableSensitive(container: ContainerFacts): boolean {
    const lines = printed(container).split("\n");
    return sensitive.some((folder) => {
        const pattern = new RegExp(`\\{.*\\s${folder}\\s.*true\\s.*\\}`);
        return lines.some((line) => pattern.test(line));
    });
}

/** Where the socket is; /var/run is a link to /run. */
const sockets = ["/run/docker.sock", "/var/run/docker.sock"];

/** A mount of the socket, of a folder that it is in, or of something under its name. */
function showsSocket({ hostPath, source, destination }: MountFacts): boolean {
    if ([source, destination].some((path) => path.includes("docker.sock"))) {
        return true;
    }
    const folder = hostPath === undefined ? undefined : clean(hostPath);
    return (
        folder !== undefined &&
        sockets.some((socket) => folder === "/" || socket === folder || socket.startsWith(`${folder}/`))
    );
}

const host: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.6",
        level: 1,
        title: "Containers cannot write to the host's system folders",
        reads: "docker inspect: Mounts; docker volume ls",
        remediation: "Take the mount out, or make it read-only and as narrow as it can be.",
        verdict: "WARN",
        finding: "With a system folder of the host, writable",
        find: (container) => writableSensitive(container).map((folder) => `${container.name}:${folder}`),
        bench: {
            find: named(benchWritableSensitive),
            why: "It looks through all mounts as one text: a path in the container counts as one of the host, and one mount's `true` for another; a volume made of a host's folder it does not see.",
        },
    }),
];

const propagation: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.20",
        level: 1,
        title: "Containers' mounts do not spread to the host (shared propagation)",
        reads: "docker inspect: Mounts",
        remediation: "Take `shared` or `rshared` out of the mount's options.",
        verdict: "WARN",
        finding: "With shared propagation",
        find: named(({ mounts }) => mounts.some((mount) => mount.propagation.includes("shared"))),
    }),
];

const socket: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.32",
        level: 1,
        title: "No container sees the Docker socket",
        reads: "docker inspect: Mounts; docker volume ls",
        remediation: "Take the mount out: who has the socket is root on the host.",
        verdict: "WARN",
        finding: "With the Docker socket, or a folder that it is in",
        find: named(({ mounts }) => mounts.some(showsSocket)),
        bench: {
            // The dot is any character there.
            find: named((container) => /docker.sock/.test(printed(container))),
            why: "It looks for the words docker.sock, and does not see a mount of /run, /var/run or /.",
        },
    }),
];

/** The checks of mounts. */
export const section5Mounts = { host, propagation, socket };

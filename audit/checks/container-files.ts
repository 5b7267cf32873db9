/** The host's files and devices that containers see, and the containers' own file systems. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { containerCheck, named } from "./container";
import { listenAddresses } from "./daemon";
import { otherDaemon } from "./foreign";
import { showsSocket, writableSystemPaths } from "./host-paths";

/** The addresses that the engine is told to listen on. The settings of another engine tell no address of this one. */
function toldAddresses(facts: HostFacts): string[] {
    return otherDaemon(facts) === undefined ? listenAddresses(facts.daemon) : [];
}

export const containerFileChecks: readonly Check<HostFacts>[] = [
    containerCheck({
        id: "5.6",
        level: 1,
        title: "Mounts of the host's system folders, writable",
        reads: "docker inspect: Mounts; docker volume ls",
        remediation: "Take the mount out, or make it read-only and as narrow as it can be.",
        verdict: "WARN",
        finding: "With a system folder of the host, writable",
        find: (container, facts) =>
            writableSystemPaths(container, facts).map((folder) => `${container.name}:${folder}`),
    }),
    containerCheck({
        id: "5.13",
        level: 1,
        title: "Root file systems of containers (should be read-only)",
        reads: "docker inspect: HostConfig.ReadonlyRootfs",
        remediation: "Set --read-only; give what has to be written a volume or a tmpfs.",
        verdict: "WARN",
        finding: "With a writable root file system",
        find: named(({ readOnlyRoot }) => !readOnlyRoot),
    }),
    containerCheck({
        id: "5.18",
        level: 1,
        title: "Devices of the host in containers",
        reads: "docker inspect: HostConfig.Devices",
        remediation: "Take --device out, or give it the rights that are needed only (r, w, m).",
        verdict: "INFO",
        finding: "With devices of the host",
        find: named(({ deviceCount }) => deviceCount > 0),
    }),
    containerCheck({
        id: "5.20",
        level: 1,
        title: "Propagation of containers' mounts to the host",
        reads: "docker inspect: Mounts",
        remediation: "Take `shared` or `rshared` out of the mount's options.",
        verdict: "WARN",
        finding: "With shared propagation",
        find: named(({ mounts }) => mounts.some((mount) => mount.propagation.includes("shared"))),
    }),
    containerCheck({
        id: "5.32",
        level: 1,
        title: "Mounts of the Docker socket",
        reads: "docker inspect: Mounts; docker volume ls; sockets of the host",
        remediation: "Take the mount out: who has such a socket is root on the host.",
        verdict: "WARN",
        finding: "With the socket of an engine or a runtime, or a folder that it is in",
        find: named(({ mounts }, facts) =>
            mounts.some((mount) => showsSocket(mount, facts, toldAddresses(facts))),
        ),
    }),
];

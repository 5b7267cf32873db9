/** Docker Bench's verdicts on running containers. */
import { capabilitiesBeyondDefault } from "../../checks/container-privileges";
import { mostRetries } from "../../checks/container-limits";
import { firstUnprivilegedPort, isIn } from "../../checks/container-network";
import type { ContainerFacts, HostFacts, MountFacts, PortFacts } from "../../facts";
import type { Check } from "../../model";
import { benchContainers, benchNoNewPrivileges, listingWhy } from "../reading";
import type { Foretell, ForetoldTable } from "./define";

type Finder = (container: ContainerFacts, facts: HostFacts) => boolean;

/** The ways in which Docker Bench differs from our own check of containers. */
interface Reading {
    /** The condition by which Docker Bench finds a container. @default our own */
    readonly find?: Finder;
    /** The reason why that condition is wrong. */
    readonly why?: string;
    /** Whether Docker Bench looks at all containers, at those too that it leaves out of other checks. @default false */
    readonly seesAll?: boolean;
    /** Docker Bench's verdict where no container runs. @default none: the check is absent */
    readonly withoutContainers?: "INFO";
}

/** Whether our check finds something in a container. */
function ours(check: Check<HostFacts>): Finder {
    return (container, facts) =>
        check.judge({ ...facts, containers: [container] }).result === (check.scored ? "WARN" : "INFO");
}

/** A check of every container that Docker Bench sees. */
function containers({ find, why, seesAll = false, withoutContainers }: Reading = {}): Foretell {
    return (facts, check) => {
        const seen = benchContainers(facts);
        if (seen.length === 0) {
            return {
                result: withoutContainers ?? "absent",
                why:
                    facts.containers.length === 0
                        ? "Docker Bench leaves the checks of containers out where none runs."
                        : listingWhy,
            };
        }
        const finds = find ?? ours(check);
        const found = (seesAll ? facts.containers : seen).some((container) => finds(container, facts));
        // A verdict that is the same for all containers was not changed by the containers that Docker Bench leaves out.
        const all = facts.containers.some((container) => finds(container, facts));
        return {
            result: found ? (check.scored ? "WARN" : "INFO") : "PASS",
            why: all === found ? (why ?? listingWhy) : listingWhy,
        };
    };
}

/** A remark, which is the same for all containers. */
const remark: Foretell = (facts, check) =>
    benchContainers(facts).length > 0
        ? { result: check.judge(facts).result, why: "" }
        : { result: "absent", why: "Docker Bench leaves the checks of containers out where it sees none." };

/** A container's mounts as Docker's templates print them: Docker Bench searches this text. */
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

/** Docker Bench's own list. */
const sensitiveFolders = ["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"];

function benchWritableSensitive(container: ContainerFacts): boolean {
    const lines = printed(container).split("\n");
    return sensitiveFolders.some((folder) => {
        const pattern = new RegExp(`\\{.*\\s${folder}\\s.*true\\s.*\\}`);
        return lines.some((line) => pattern.test(line));
    });
}

/** The text that Docker Bench takes for the port: the second piece of `80/tcp -> ADDRESS:PORT` between colons. */
function benchPort({ address, port }: PortFacts): string {
    const shown = address.includes(":") ? `[${address}]` : address;
    return `${shown}:${port}`.split(":")[1] ?? "";
}

const addressWhy = "Docker Bench does not read the ports that are published on an IPv6 address";

export const foretoldOfContainers: ForetoldTable = {
    "4.1": containers({
        find: ({ user }) => ["", "0", "root", "[]", "<no value>"].includes(user),
        why: "Docker Bench knows root as `0`, `root` or nothing, and takes `0:0` for another user.",
        withoutContainers: "INFO",
    }),
    "5.2": containers(),
    "5.3": containers({
        find: ({ securityOptions }) => securityOptions.length === 0,
        why: "Docker Bench counts every option, those that take a protection away (unconfined, label=disable) too.",
    }),
    "5.4": containers({
        find: (container) => capabilitiesBeyondDefault(container).length > 0,
        why: "Docker Bench does not count privileged containers, which have all capabilities.",
    }),
    "5.5": containers(),
    "5.6": containers({
        find: benchWritableSensitive,
        why: "Docker Bench knows eight folders by their exact names, and nothing in them, and looks through all mounts as one text: a path in the container counts as one of the host, and one mount's `true` for another; a volume made of a host's folder it does not see.",
    }),
    "5.7": containers({
        find: ({ sshd, pidMode }, { hasSshd }) => sshd?.visible === true || (pidMode === "host" && hasSshd),
        why: "Docker Bench asks the container's own ps: a container without one passes, and one that shares the host's processes has the host's sshd.",
    }),
    "5.8": containers({
        find: ({ ports: published }) =>
            published
                .map(benchPort)
                .some((port) => /^[0-9]+$/.test(port) && Number(port) <= firstUnprivilegedPort),
        why: `Docker Bench counts port 1024, which is not privileged. ${addressWhy}.`,
    }),
    "5.9": containers({
        find: ({ ports: published }) => published.some((port) => benchPort(port) !== ""),
        why: `${addressWhy}.`,
    }),
    "5.10": containers(),
    "5.11": containers(),
    "5.12": containers({
        find: ({ cpuShares, nanoCpus }) => cpuShares === 0 && nanoCpus === 0,
        why: "Docker Bench takes the default weight of 1024 for one that was chosen, and does not see --cpu-quota.",
    }),
    "5.13": containers(),
    "5.14": containers({
        find: ({ ports: published }) => published.some(({ address }) => address === "0.0.0.0"),
        why: "Docker Bench knows 0.0.0.0, and not the same of IPv6 (::).",
    }),
    "5.15": containers({
        find: ({ restart }) => restart.maximumRetries > mostRetries,
        why: "Docker Bench looks at the number of retries only, which is 0 for `always`, `unless-stopped` and an on-failure without an end.",
    }),
    "5.16": containers(),
    "5.17": containers(),
    "5.18": containers(),
    "5.19": containers(),
    "5.20": containers(),
    "5.21": containers(),
    "5.22": containers({
        find: ({ securityOptions }) => securityOptions.some((option) => /seccomp[:=]unconfined/.test(option)),
        why: "Docker Bench does not count privileged containers, nor a profile that is switched off for the whole engine or allows all.",
    }),
    "5.23": remark,
    "5.24": remark,
    "5.25": containers(),
    "5.26": containers({
        find: ({ securityOptions }, { daemon }) =>
            !benchNoNewPrivileges(daemon) &&
            !securityOptions.some((option) => option.includes("no-new-privileges")),
        why: "Docker Bench takes no-new-privileges:false for on, and looks at no container where the daemon has it.",
    }),
    "5.27": containers(),
    "5.28": remark,
    "5.29": containers(),
    "5.30": containers({
        find: (container, facts) =>
            isIn(container, facts, ({ options }) =>
                (options["com.docker.network.bridge.name"] ?? "").startsWith("docker0"),
            ),
        why: "Docker Bench knows the default bridge by the name docker0 only.",
        seesAll: true,
    }),
    "5.31": containers(),
    "5.32": containers({
        // Docker Bench searches by a pattern, in which a dot is any character.
        find: (container) => /docker.sock/.test(printed(container)),
        why: "Docker Bench looks for the words docker.sock, and does not see other runtimes' sockets, nor a mount of /run, /var/run or /.",
    }),
};

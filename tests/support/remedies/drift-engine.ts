/** Differences of what the engine has: containers, networks, volumes. */
import type { DriftCase } from "./case";

/** The command of a thing that an `up` puts back. */
export const up = /^\.\/pulumiw up --stack \S+$/;

const image = "$(docker images -q portcullis.local/registry-image)";

/** A case of such a thing. */
export function put(round: number, name: string, subject: string, state: string, key?: string): DriftCase {
    return { round, name, subject, state, commands: [up], ...(key === undefined ? {} : { key }) };
}

export const containers: readonly DriftCase[] = [
    put(2, "a container is gone", "container portcullis-registry", "docker rm -f portcullis-registry"),
    put(
        2,
        "a container is stopped",
        "container portcullis-postgres",
        "docker stop portcullis-postgres",
        "state",
    ),
    put(
        1,
        "a container has more memory",
        "container portcullis-registry",
        "docker update --memory 512m --memory-swap 512m portcullis-registry",
        "memory",
    ),
    put(
        1,
        "a container has another weight",
        "container portcullis-clair",
        "docker update --cpu-shares 7 portcullis-clair",
        "cpuShares",
    ),
    put(
        2,
        "a container has more processes",
        "container portcullis-clair",
        "docker update --pids-limit 9999 portcullis-clair",
        "pidsLimit",
    ),
    put(
        3,
        "a container starts no more by itself",
        "container portcullis-clair",
        "docker update --restart no portcullis-clair",
        "restart",
    ),
    put(
        3,
        "a container has another name in a network",
        "container portcullis-registry",
        "docker network disconnect -f portcullis-scan portcullis-registry; docker network connect --alias other.internal portcullis-scan portcullis-registry",
        "networksAdvanced.portcullis-scan",
    ),
    {
        round: 4,
        name: "another container is in the place of a container",
        subject: "container portcullis-clair",
        key: "user",
        state: `docker rm -f portcullis-clair; docker run -d --name portcullis-clair --network none --entrypoint sleep ${image} 1000`,
        commands: [/^docker rm --force \S+$/, up],
    },
];

/** Another volume of the same name, as somebody made it by hand. */
const otherVolume = [
    "docker rm -f portcullis-registry; docker volume rm portcullis-registry",
    "docker volume create --opt type=tmpfs --opt device=tmpfs portcullis-registry",
].join("; ");

const disconnected = (network: string): string =>
    `for id in $(docker network inspect -f '{{range $id, $_ := .Containers}}{{$id}} {{end}}' ${network}); do docker network disconnect -f ${network} $id; done; docker network rm ${network}`;

export const networks: readonly DriftCase[] = [
    put(4, "a network is gone", "network portcullis-scan", disconnected("portcullis-scan")),
    {
        round: 5,
        name: "a network leads out",
        subject: "network portcullis-scan",
        key: "internal",
        // An engine that was restarted under a container gives the container's next interface a name that is taken.
        state: `${disconnected("portcullis-scan")}; docker network create portcullis-scan; docker restart portcullis-postgres; docker network connect portcullis-scan portcullis-postgres`,
        commands: [
            /^docker ps --all --quiet --filter network=(\S+) \| xargs -rn 1 docker network disconnect --force \1 && docker network rm \1$/,
            up,
        ],
    },
];

export const volumes: readonly DriftCase[] = [
    put(
        4,
        "a volume is gone",
        "volume portcullis-registry",
        "docker rm -f portcullis-registry; docker volume rm portcullis-registry",
    ),
    {
        round: 5,
        name: "a volume is another one",
        subject: "volume portcullis-registry",
        state: otherVolume,
        commands: [
            /^docker ps --all --quiet --filter volume=(\S+) \| xargs -r docker rm --force && docker volume rm \1$/,
            up,
        ],
    },
];

export const undeclared: readonly DriftCase[] = [
    {
        round: 1,
        name: "a container has a name of the stack's",
        subject: "container portcullis-more",
        state: `docker create --name portcullis-more ${image}`,
        commands: [/^docker rm --force \S+$/],
    },
    {
        round: 3,
        name: "somebody's container is in a network of the stack's",
        subject: "container somebody",
        state: `docker run -d --name somebody --network portcullis-scan --entrypoint sleep ${image} 1000`,
        commands: [/^docker network disconnect --force \S+ \S+$/],
        after: "docker rm -f somebody",
    },
    {
        round: 3,
        name: "a network has a name of the stack's",
        subject: "network portcullis-more",
        state: "docker network create --internal portcullis-more",
        commands: [/^docker network rm \S+$/],
    },
    {
        round: 2,
        name: "a volume has a name of the stack's",
        subject: "volume portcullis-more",
        state: "docker volume create portcullis-more",
        commands: [/^docker volume rm \S+$/],
    },
];

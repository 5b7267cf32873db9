/** The checks of which the audit names a command, in states in which they are no PASS. */
import { subjects } from "../../../audit/checks/files";
import type { CheckCase, NotRun } from "./case";

/** Files of the checks 3.1 to 3.24 that the disposable host has, or gets. */
const places: Readonly<Record<string, string>> = {
    "docker.service": "$(systemctl show -P FragmentPath docker.service)",
    "docker.socket": "$(systemctl show -P FragmentPath docker.socket)",
};

const judged = subjects.filter(({ what }) => !what.includes("(tls"));
const certificates = "find /etc/docker/certs.d -name '*.crt' -exec";

/** Every file is somebody else's and open to all; each command mends its own. */
const fileCase: CheckCase = {
    name: "the engine's files are somebody else's, and open to all",
    state: [
        "[ -e /etc/default/docker ] || { touch /etc/default/docker; touch /root/made-default; }",
        "mkdir -p /etc/sysconfig; touch /etc/sysconfig/docker",
        ...judged.map(({ what }) => {
            const place = places[what] ?? what;
            return `chown 12345:12345 ${place}; chmod 0777 ${place}`;
        }),
        `${certificates} chown 12345:12345 {} +; ${certificates} chmod 0666 {} +`,
    ].join("\n"),
    checks: Object.fromEntries([
        ...judged.flatMap(({ ownerId, modeId }) => [
            [ownerId, { command: /^chown root:(root|docker) \S+$/ }] as const,
            [modeId, { command: /^chmod [0-7]{3} \S+$/ }] as const,
        ]),
        ["3.7", { command: /^find \S+ -name '\*\.crt' -type f -exec chown root:root {} \+$/ }],
        ["3.8", { command: /^find \S+ -name '\*\.crt' -type f -exec chmod 444 {} \+$/ }],
    ]),
    after: "rm -r /etc/sysconfig; [ ! -e /root/made-default ] || rm /etc/default/docker /root/made-default",
};

/** On the host of a stack. */
export const checkCases: readonly CheckCase[] = [
    fileCase,
    {
        name: "somebody is in the group docker",
        state: "useradd eve; usermod --append --groups docker eve",
        checks: { "1.1.2": { command: /^gpasswd --delete USER docker$/, filled: { USER: "eve" } } },
        after: "userdel eve",
    },
    {
        name: "an image and a container are left over",
        state: "tar -C /etc -c hostname | docker import - left:over; docker create --name left --network none left:over /x; tar -C /etc -c passwd | docker import - left:image",
        checks: {
            "6.1": { command: /^docker image rm NAME$/, filled: { NAME: "left:image" } },
            "6.2": { command: /^docker container rm NAME$/, filled: { NAME: "left" } },
        },
        after: "docker image rm left:over; ! docker image inspect left:image && ! docker container inspect left",
    },
];

/** On a host without a stack: a swarm cannot be made with live-restore. */
export const bareCheckCases: readonly CheckCase[] = [
    {
        name: "a swarm as it is made",
        state: "docker swarm init --advertise-addr ADDRESS; echo secret > /root/secret",
        checks: {
            "7.4": {
                command: /^docker secret create NAME FILE$/,
                filled: { NAME: "one", FILE: "/root/secret" },
            },
            "7.5": { command: /^docker swarm update --autolock=true$/ },
            "7.6": { command: /^docker swarm unlock-key --rotate$/, stays: true },
            "7.7": { command: /^docker swarm update --cert-expiry 48h$/ },
            "7.8": { command: /^docker swarm ca --rotate$/, stays: true },
            "5.1": { command: /^docker swarm leave --force$/ },
        },
        after: "rm /root/secret",
    },
];

/** Commands of checks that no case runs. */
export const checksNotRun: readonly NotRun[] = [
    {
        command: /^augenrules --load$/,
        why: "the kernel takes audit rules from no container: `make test-vm` loads such rules",
    },
    {
        command: /^ausearch -k docker$/,
        why: "it reads the audit log, which a container does not have, and changes nothing",
    },
    { command: /^docker node demote NODE$/, why: "it needs a second manager, which is a second machine" },
    { command: /^apt-get update && apt-get install …$/, why: "it is an instruction of a Dockerfile" },
];

/** Swarm mode. */
import type { HostFacts, NetworkFacts } from "../facts";
import type { Check, Outcome } from "../model";
import { check, type Definition, info, pass, passWith, warn } from "./define";

/** 48 hours in nanoseconds: the expiry that the benchmark proposes. */
const twoDays = 48 * 3600 * 1e9;

/** A check that passes where the host is in no swarm. */
function swarmCheck(definition: Definition): Check<HostFacts> {
    const { judge } = definition;
    return check({
        ...definition,
        judge: (facts): Outcome =>
            facts.swarm.state === "active" ? judge(facts) : passWith("The host is in no swarm."),
    });
}

function isOpenOverlay({ driver, options }: NetworkFacts): boolean {
    return driver === "overlay" && !("encrypted" in options);
}

export const swarmChecks: readonly Check<HostFacts>[] = [
    check({
        id: "5.1",
        level: 1,
        scored: true,
        title: "Swarm mode (should be off where it is not needed)",
        reads: "docker info: Swarm",
        remediation:
            "Where the host needs no swarm: docker swarm leave --force (services, secrets and configs of the swarm go with its last manager).",
        judge: ({ swarm }) => (swarm.state === "inactive" ? pass : warn(`Swarm mode is ${swarm.state}.`)),
    }),
    swarmCheck({
        id: "7.1",
        level: 1,
        scored: true,
        title: "Number of the swarm's managers",
        reads: "docker node ls",
        remediation: "Demote managers that are not needed: docker node demote NODE.",
        judge: ({ swarm }) =>
            swarm.leaders === 1
                ? pass
                : warn(`${swarm.leaders} leaders can be seen from this node; run it on a manager.`),
    }),
    swarmCheck({
        id: "7.2",
        level: 1,
        scored: true,
        title: "Address of the swarm's management port",
        reads: "listening sockets: port 2377",
        remediation:
            "Make the swarm anew with --listen-addr ADDRESS:2377; its services, secrets and configs have to be made anew too.",
        judge({ swarm }) {
            const all = swarm.managementAddresses.filter((address) => /^0+:/.test(address));
            return all.length === 0 ? pass : warn("Port 2377 listens on all addresses.");
        },
    }),
    check({
        id: "7.3",
        level: 1,
        scored: true,
        title: "Encryption of overlay networks",
        reads: "docker network ls: driver, options",
        remediation: "Make overlay networks with --opt encrypted.",
        judge({ networks }) {
            const open = networks.filter(isOpenOverlay).map(({ name, scope }) => `${name} (${scope})`);
            return open.length === 0 ? pass : warn("Overlay networks without encryption", open);
        },
    }),
    swarmCheck({
        id: "7.4",
        level: 2,
        scored: false,
        title: "Secrets of the swarm's services",
        reads: "docker secret ls",
        remediation:
            "Keep secrets in the swarm, and hand them to services as files: docker secret create NAME FILE",
        judge: ({ swarm }) => (swarm.secrets > 0 ? pass : info("The swarm keeps no secret.")),
    }),
    swarmCheck({
        id: "7.5",
        level: 2,
        scored: true,
        title: "Lock of the managers' keys (auto-lock)",
        reads: "docker swarm inspect: AutoLockManagers",
        remediation:
            "docker swarm update --autolock=true (keep the unlock key that it prints elsewhere: a manager that restarts asks for it)",
        judge: ({ swarm }) => (swarm.autoLock ? pass : warn("Auto-lock is off.")),
    }),
    swarmCheck({
        id: "7.6",
        level: 1,
        scored: false,
        title: "Changes of the auto-lock key",
        reads: "nothing: a person has to judge it",
        remediation: "On a schedule, where auto-lock is on: docker swarm unlock-key --rotate",
        judge: () => ({ result: "NOTE" }),
    }),
    swarmCheck({
        id: "7.7",
        level: 2,
        scored: false,
        title: "Lifetime of node certificates",
        reads: "docker info: Swarm.Cluster.Spec.CAConfig.NodeCertExpiry",
        remediation: "docker swarm update --cert-expiry 48h",
        judge({ swarm: { certificateExpiry } }) {
            return (certificateExpiry ?? Infinity) <= twoDays
                ? pass
                : info("Node certificates live longer than two days, as far as this node can see.");
        },
    }),
    swarmCheck({
        id: "7.8",
        level: 2,
        scored: false,
        title: "Renewal of the swarm's CA",
        reads: "nothing: a person has to judge it",
        remediation: "On a schedule: docker swarm ca --rotate",
        judge: () => info("A person has to judge it."),
    }),
    swarmCheck({
        id: "7.9",
        level: 2,
        scored: false,
        title: "Networks of management and data traffic",
        reads: "nothing: a person has to judge it",
        remediation: "Make the swarm with --advertise-addr and --data-path-addr on two interfaces.",
        judge: () => info("A person has to judge it."),
    }),
];

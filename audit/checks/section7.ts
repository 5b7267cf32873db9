/** Section 7: swarm mode. */
import type { HostFacts, NetworkFacts } from "../facts";
import type { Check } from "../model";
import { check, type Definition, info, pass, passWith, type Verdict, warn } from "./define";

/** 48 hours in nanoseconds: the expiry that the benchmark proposes. */
const twoDays = 48 * 3600 * 1e9;
const threeDays = 72 * 3600 * 1e9;

/** A check that passes where the host is in no swarm. */
function swarmCheck(definition: Definition): Check<HostFacts> {
    const { judge, dockerBench: theirs } = definition;
    return check({
        ...definition,
        judge: (facts): Verdict =>
            facts.swarm.state === "active" ? judge(facts) : passWith("The host is in no swarm."),
        ...(theirs === undefined
            ? {}
            : {
                  dockerBench: (facts) =>
                      facts.swarm.state === "active" ? theirs(facts) : { result: "PASS", why: "" },
              }),
    });
}

function isOpenOverlay({ driver, options }: NetworkFacts): boolean {
    return driver === "overlay" && !("encrypted" in options);
}

/** All checks of the section, in order. */
export const section7: readonly Check<HostFacts>[] = [
    swarmCheck({
        id: "7.1",
        level: 1,
        scored: true,
        title: "The swarm has no more managers than it needs",
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
        title: "The swarm's management port is bound to one address",
        reads: "listening sockets: port 2377",
        remediation: "Make the swarm anew with --listen-addr ADDRESS:2377.",
        judge({ swarm }) {
            const all = swarm.managementAddresses.filter((address) => /^0+:/.test(address));
            return all.length === 0 ? pass : warn("Port 2377 listens on all addresses.");
        },
    }),
    check({
        id: "7.3",
        level: 1,
        scored: true,
        title: "Overlay networks are encrypted",
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
        title: "Services get their secrets from the swarm",
        reads: "docker secret ls",
        remediation: "Keep secrets with `docker secret create`, and hand them to services as files.",
        judge: ({ swarm }) => (swarm.secrets > 0 ? pass : info("The swarm keeps no secret.")),
    }),
    swarmCheck({
        id: "7.5",
        level: 2,
        scored: true,
        title: "Managers lock their keys (auto-lock)",
        reads: "docker swarm inspect: AutoLockManagers",
        remediation: "docker swarm update --autolock=true, and keep the unlock key elsewhere.",
        judge: ({ swarm }) => (swarm.autoLock ? pass : warn("Auto-lock is off.")),
    }),
    swarmCheck({
        id: "7.6",
        level: 1,
        scored: false,
        title: "The auto-lock key is changed from time to time",
        reads: "nothing: a person has to judge it",
        remediation: "docker swarm unlock-key --rotate, on a schedule.",
        judge: () => ({ result: "NOTE" }),
    }),
    swarmCheck({
        id: "7.7",
        level: 2,
        scored: false,
        title: "Node certificates are renewed often",
        reads: "docker info: Swarm.Cluster.Spec.CAConfig.NodeCertExpiry",
        remediation: "docker swarm update --cert-expiry 48h",
        judge({ swarm: { certificateExpiry } }) {
            return certificateExpiry !== undefined && certificateExpiry <= twoDays
                ? pass
                : info("Node certificates live longer than two days, as far as this node can see.");
        },
        dockerBench: ({ swarm: { certificateExpiry = 0 } }) => ({
            result: certificateExpiry >= twoDays && certificateExpiry < threeDays ? "PASS" : "INFO",
            why: "It passes what Docker prints as `2 days`, and neither a shorter nor a more exact time.",
        }),
    }),
    swarmCheck({
        id: "7.8",
        level: 2,
        scored: false,
        title: "The swarm's CA is renewed from time to time",
        reads: "nothing: a person has to judge it",
        remediation: "docker swarm ca --rotate, on a schedule.",
        judge: () => info("A person has to judge it."),
    }),
    swarmCheck({
        id: "7.9",
        level: 2,
        scored: false,
        title: "Management and data traffic use different networks",
        reads: "nothing: a person has to judge it",
        remediation: "Make the swarm with --advertise-addr and --data-path-addr on two interfaces.",
        judge: () => info("A person has to judge it."),
    }),
];

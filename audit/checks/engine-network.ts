/** The engine's settings of networks, and of the addresses by which clients reach the engine. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { tcpClients } from "./clients";
import { isOn } from "./daemon";
import { daemonCheck, engineCheck, info, pass, warn } from "./define";

/** Whether containers of the default bridge reach each other, as the engine has set the bridge up. */
function bridgeTraffic({ networks, daemon }: HostFacts): boolean {
    const bridge = networks.find(
        ({ options }) => options["com.docker.network.bridge.default_bridge"] === "true",
    );
    const inForce = bridge?.options["com.docker.network.bridge.enable_icc"];
    return inForce === undefined ? isOn(daemon, "icc", true) : inForce === "true";
}

export const engineNetworkChecks: readonly Check<HostFacts>[] = [
    daemonCheck({
        id: "2.2",
        level: 1,
        scored: true,
        title: "Traffic between containers of the default bridge",
        reads: "network bridge: enable_icc",
        remediation: 'Set "icc": false in daemon.json and restart the engine.',
        setting: "portcullis:engine",
        judge: (facts) => (bridgeTraffic(facts) ? warn("icc is on for the default bridge.") : pass),
    }),
    daemonCheck({
        id: "2.4",
        level: 1,
        scored: true,
        title: "Firewall rules of the engine (iptables)",
        reads: "daemon.json and arguments: iptables",
        remediation: "Take iptables=false out of daemon.json or the daemon's arguments.",
        setting: "portcullis:engine.settings",
        judge: ({ daemon }) => (isOn(daemon, "iptables", true) ? pass : warn("iptables is false.")),
    }),
    engineCheck({
        id: "2.5",
        level: 1,
        scored: true,
        title: "TLS of registries",
        reads: "docker info: RegistryConfig",
        remediation:
            "Take insecure-registries out of daemon.json; put the registry's CA under /etc/docker/certs.d/HOST:PORT/ca.crt.",
        setting: "portcullis:engine.settings",
        judge: ({ engine }) =>
            engine.insecureRegistries.length === 0
                ? pass
                : warn("Registries that are trusted without TLS.", engine.insecureRegistries),
    }),
    daemonCheck({
        id: "2.7",
        level: 1,
        scored: true,
        title: "TLS of clients that come over TCP",
        reads: "daemon.json and arguments: hosts, tls, tlsverify; sockets of the engine and of systemd",
        remediation:
            "Do not listen on TCP: reach the engine over SSH; take `hosts`, -H and systemd's socket unit of the address out. Else set tlsverify, tlscacert, tlscert and tlskey.",
        setting: "portcullis:engine.settings",
        judge(facts) {
            const { daemon } = facts;
            const { open, unclear } = tcpClients(facts);
            if (open.length === 0 || isOn(daemon, "tlsverify", false)) {
                if (unclear.length > 0) {
                    return info(
                        "Whether these lead to the engine is not known: look at who has them.",
                        unclear,
                    );
                }
                if (open.length > 0) {
                    return pass;
                }
                return daemon.listening === undefined
                    ? info("The settings name no address of TCP; what is open in truth is not known.")
                    : info("The engine does not listen on TCP.");
            }
            return isOn(daemon, "tls", false)
                ? warn("The engine listens on TCP with TLS, but does not verify its clients.", open)
                : warn(
                      "The engine listens on TCP without TLS: whoever reaches it is root on the host.",
                      open,
                  );
        },
    }),
    daemonCheck({
        id: "2.16",
        level: 1,
        scored: true,
        title: "Userland proxy for published ports",
        reads: "daemon.json and arguments: userland-proxy",
        remediation: 'Set "userland-proxy": false in daemon.json and restart the engine.',
        setting: "portcullis:engine",
        judge: ({ daemon }) => (isOn(daemon, "userland-proxy", true) ? warn("userland-proxy is on.") : pass),
    }),
];

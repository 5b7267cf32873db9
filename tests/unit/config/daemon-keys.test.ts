import assert from "node:assert/strict";
import { daemonJsonProblems, daemonKeyProblem, daemonKeys, isDaemonJson } from "../../../config/daemon-keys";

/** The keys that eight releases (20.10.27 to 29) have in the sources of their configuration, each at the top of the file. */
const known = `
    allow-direct-routing allow-nondistributable-artifacts api-cors-header apparmor-profile
    authorization-plugins bip bip6 bridge bridge-accept-fwmark builder cdi-spec-dirs cgroup-parent
    cluster-advertise cluster-store cluster-store-opts containerd containerd-namespace
    containerd-plugin-namespace cpu-rt-period cpu-rt-runtime cri-containerd data-root debug
    default-address-pools default-cgroupns-mode default-gateway default-gateway-v6 default-init
    default-ipc-mode default-network-opts default-runtime default-shm-size default-stop-timeout
    default-ulimits deprecated-key-path dns dns-opts dns-search exec-opts exec-root experimental
    extension-config extension-dirs features firewall-backend fixed-cidr fixed-cidr-v6 graph group
    host-gateway-ip host-gateway-ips hosts http-proxy https-proxy icc init init-path
    insecure-registries ip ip-forward ip-forward-no-drop ip-masq ip6tables iptables ipv6 labels
    live-restore log-driver log-format log-level log-opts max-concurrent-downloads
    max-concurrent-uploads max-download-attempts metrics-addr min-api-version mtu
    network-control-plane-mtu network-diagnostic-port no-new-privileges no-proxy node-generic-resources
    nri-opts oom-score-adjust pidfile proxies raw-logs registry-mirrors resolv-conf rootless runtimes
    seccomp-profile selinux-enabled shutdown-timeout storage-driver storage-opts
    swarm-default-advertise-addr swarm-raft-election-tick swarm-raft-heartbeat-tick tls tlscacert
    tlscert tlskey tlsverify userland-proxy userland-proxy-path userns-remap
`
    .trim()
    .split(/\s+/);

describe("keys of daemon.json", () => {
    it("have a verdict, each that an engine knows, and no other", () => {
        assert.deepEqual(Object.keys(daemonKeys).sort(), known.sort());
    });

    for (const [name, value, problem] of [
        ["nri-opts", { enable: true }, /past the authorization plugin/],
        ["runtimes", { kata: { path: "/usr/bin/kata" } }, /without user namespaces/],
        ["default-runtime", "kata", /without user namespaces/],
        ["seccomp-profile", "unconfined", /in place|place of/],
        ["apparmor-profile", "unconfined", /place of/],
        ["features", { "containerd-snapshotter": true }, /containerd-snapshotter .*engine 29 does not start/],
        ["features", { buildkit: true, "containerd-migration": true }, /containerd-migration/],
        [
            "features",
            { "containerd-migration": true },
            /^containerd-migration moves images to containerd's store, which .*; set it to false, or remove it$/,
        ],
        ["features", "all", /^expected an object$/],
        ["features", null, /^expected an object$/],
        ["features", [true], /^expected an object$/],
        ["hosts", ["tcp://0.0.0.0:2375"], /over SSH/],
        ["tlsverify", true, /TCP socket/],
        ["graph", "/data", /write data-root/],
        ["http-proxy", "http://proxy", /write proxies/],
        ["allow-direct-routing", true, /no container publishes/],
        ["default-cgroupns-mode", "host", /expected private/],
        ["default-ipc-mode", "shareable", /expected private/],
        ["userns-remap", "", /set by the hardening/],
        ["log-opts", {}, /set by the hardening/],
        ["Debug", true, /no key of daemon\.json/],
        ["registry-mirror", [], /no key of daemon\.json/],
        ["toString", true, /no key of daemon\.json/],
        ["__proto__", true, /no key of daemon\.json/],
    ] as const) {
        it(`are refused where they undo the hardening, or stop the engine: ${name} ${JSON.stringify(value)}`, () => {
            assert.match(daemonKeyProblem(name, value) ?? "accepted", problem);
        });
    }

    for (const [name, value] of [
        ["dns", ["192.0.2.1"]],
        ["data-root", "/srv/docker"],
        ["features", { buildkit: false, "containerd-snapshotter": false }],
        ["features", { toString: true }],
        ["allow-direct-routing", false],
        ["default-cgroupns-mode", "private"],
        ["default-ipc-mode", "private"],
        ["builder", { gc: { enabled: true } }],
        ["proxies", { "http-proxy": "http://proxy" }],
    ] as const) {
        it(`are taken otherwise: ${name} ${JSON.stringify(value)}`, () => {
            assert.equal(daemonKeyProblem(name, value), undefined);
        });
    }

    it("are refused with what to do instead", () => {
        const refused = Object.keys(daemonKeys).flatMap((name) => daemonKeyProblem(name, true) ?? []);
        assert.equal(refused.length, 46);
        assert.deepEqual(
            refused.filter(
                (reason) =>
                    !/; (.* and )?remove it( here)?$|; write \S|; set |over SSH$|^expected /.test(reason),
            ),
            [],
        );
    });

    it("are told of in a finished daemon.json, but for those that the hardening sets", () => {
        const config = { "userns-remap": "default", dns: ["192.0.2.1"], icc: true, tls: true, toString: 1 };
        assert.deepEqual(
            daemonJsonProblems(config).map((problem) => problem.split(" ").slice(0, 3).join(" ")),
            ["tls is for", "toString is no"],
        );
        assert.deepEqual(daemonJsonProblems({}), []);
    });

    it("are what a daemon.json is known by", () => {
        for (const config of [{ dns: [] }, { dns: [], "userns-remap": "" }]) {
            assert.equal(isDaemonJson(config), true, JSON.stringify(config));
        }
        for (const other of [
            {},
            { dns: [], other: 1 },
            { toString: 1 },
            [],
            ["dns"],
            "dns",
            null,
            undefined,
        ]) {
            assert.equal(isDaemonJson(other), false, JSON.stringify(other));
        }
    });
});

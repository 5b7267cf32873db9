import assert from "node:assert/strict";
import { sweepEngine } from "../../../../audit/collect/engine";
import type { ContainerSettings } from "../../../../declaration/container-settings";
import { targetOf } from "../../../../transport/target";
import { readRecording, withEngine } from "../recording";

describe("drift: what the engine answers", () => {
    /** A registry as this program made it, on both generations of the engine. */
    const expected: Partial<ContainerSettings> = {
        state: "running",
        user: "1000:1000",
        readOnly: true,
        privileged: false,
        capabilities: { adds: [], drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        maskedPaths: true,
        memory: 268435456,
        memorySwap: 268435456,
        cpus: 1,
        cpuShares: 0,
        pidsLimit: 128,
        restart: "unless-stopped",
        networksAdvanced: {
            "portcullis-registry": ["registry"],
            "portcullis-scan": ["registry.portcullis.internal"],
        },
        publishAllPorts: false,
        mounts: [
            "bind /etc/portcullis/registry/config.yml -> /etc/portcullis/config.yml (read-only)",
            "bind /etc/portcullis/registry/htpasswd -> /etc/portcullis/htpasswd (read-only)",
            "bind /etc/portcullis/registry/tls/server.crt -> /etc/portcullis/tls/server.crt (read-only)",
            "bind /etc/portcullis/registry/tls/server.key -> /etc/portcullis/tls/server.key (read-only)",
            "volume portcullis-registry -> /var/lib/registry",
        ],
        healthcheck: {
            tests: ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:5001/debug/health"],
            interval: 5,
            timeout: 5,
            startPeriod: 10,
            retries: 5,
        },
        entrypoints: ["registry", "serve", "/etc/portcullis/config.yml"],
        usernsMode: "",
        pidMode: "",
        ipcMode: "",
        utsMode: "",
        devices: [],
        groupAdds: [],
        sysctls: {},
        hosts: [],
        dns: [],
    };
    for (const name of ["hardened", "hardened-20.10"] as const) {
        it(`is what was asked of it, what it fills in left out: ${name}`, async () => {
            const { answers } = readRecording(name);
            const { live } = await withEngine(
                (asked) => answers[asked],
                (url) => sweepEngine(targetOf(url), AbortSignal.timeout(5000)),
            );
            const registry = live.containers.find((container) => container.name === "portcullis-registry");
            assert.ok(registry?.settings !== undefined && registry.isLabelled);
            const { settings } = registry;
            assert.deepEqual(
                Object.fromEntries(
                    Object.keys(expected).map((key) => [key, settings[key as keyof typeof settings]]),
                ),
                expected,
            );
            assert.equal(settings.ports.length, 1);
            assert.match(settings.ports[0] ?? "", /^10\.213\.[0-9]+\.2:5000->5000\/tcp$/);
            assert.equal(live.networks.find((network) => network.name === "portcullis-scan")?.internal, true);
            assert.deepEqual(
                live.volumes.find((volume) => volume.name === "portcullis-registry"),
                { name: "portcullis-registry", driver: "local", options: {} },
            );
            assert.ok(live.images.get(settings.image)?.envs["PATH"] !== undefined);
        });
    }

    it("has a container that does not run, too", async () => {
        const { answers } = readRecording("hardened");
        const list = answers["/containers/json"];
        assert.ok(Array.isArray(list));
        const stopped = list.map((container: object) => ({ ...container, State: "exited" }));
        const { live } = await withEngine(
            (asked) => (asked === "/containers/json" ? stopped : answers[asked]),
            (url) => sweepEngine(targetOf(url), AbortSignal.timeout(5000)),
        );
        assert.deepEqual(
            live.containers.map((container) => [container.name, container.state, container.settings]).sort(),
            ["clair", "postgres", "registry"].map((name) => [`portcullis-${name}`, "exited", undefined]),
        );
        assert.ok(live.containers.every(({ isLabelled }) => isLabelled));
    });
});

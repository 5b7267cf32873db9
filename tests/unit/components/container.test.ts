import assert from "node:assert/strict";
import fc from "fast-check";
import { containerArguments, type ContainerSpec } from "../../../components/container/arguments";

const spec: ContainerSpec = {
    containerName: "stack-service",
    image: "sha256:abc",
    uid: 1000,
    role: "service",
    limits: { memoryMegabytes: 128, cpus: 0.5, pids: 64 },
    healthCheck: { test: { shell: "true" } },
    networks: [{ name: "net", aliases: ["service"] }],
};

describe("containerArguments", () => {
    it("confines a container without being asked", () => {
        const { labels, ...rest } = containerArguments(spec);
        assert.ok(labels !== undefined);
        assert.deepEqual(rest, {
            name: "stack-service",
            image: "sha256:abc",
            user: "1000:1000",
            readOnly: true,
            capabilities: { drops: ["ALL"] },
            securityOpts: ["no-new-privileges:true"],
            memory: 128,
            memorySwap: 128,
            cpus: "0.5",
            restart: "unless-stopped",
            healthcheck: {
                tests: ["CMD-SHELL", "true"],
                interval: "10s",
                timeout: "5s",
                startPeriod: "30s",
                retries: 5,
            },
            wait: true,
            waitTimeout: 180,
            destroyGraceSeconds: 10,
            networksAdvanced: [{ name: "net", aliases: ["service"] }],
            ports: undefined,
            mounts: undefined,
            tmpfs: undefined,
            envs: undefined,
            entrypoints: undefined,
            command: undefined,
        });
    });

    it("refuses root, and a port on all addresses", () => {
        assert.throws(() => containerArguments({ ...spec, uid: 0 }), /stack-service.*root/);
        for (const address of ["0.0.0.0", "::"]) {
            assert.throws(
                () => containerArguments({ ...spec, ports: [{ port: 5000, address }] }),
                /all addresses/,
            );
        }
    });

    it("refuses what is no uid: the engine would look it up as a name", () => {
        for (const uid of [-1, -0, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
            assert.throws(() => containerArguments({ ...spec, uid }), /stack-service: .*root/, String(uid));
        }
    });

    it("refuses a port below 1024 in the container, and takes one below it on the host", () => {
        const address = "192.0.2.10";
        const published = (...ports: { port: number; containerPort?: number }[]) =>
            containerArguments({ ...spec, ports: ports.map((one) => ({ address, ...one })) }).ports;
        assert.throws(
            () => published({ port: 443 }),
            /stack-service: port 443 in the container is below 1024/,
        );
        assert.throws(() => published({ port: 8443, containerPort: 1023 }), /port 1023 .*containerPort/);
        assert.throws(() => published({ port: 5000 }, { port: 80 }), /port 80 /);
        assert.deepEqual(published({ port: 443, containerPort: 1024 }, { port: 1024 }), [
            { internal: 1024, external: 443, ip: address },
            { internal: 1024, external: 1024, ip: address },
        ]);
    });

    it("refuses every spelling of all addresses, and what is no address", () => {
        const publish = (address: string) =>
            containerArguments({ ...spec, ports: [{ port: 5000, address }] });
        for (const address of ["0:0:0:0:0:0:0:0", "0::0", "::ffff:0.0.0.0", "::ffff:0:0"]) {
            assert.throws(() => publish(address), /stack-service: .*all addresses/, address);
        }
        for (const address of ["", "0", "0.0.0.0/0", "[::]", "*", "localhost"]) {
            assert.throws(() => publish(address), /stack-service: .*no IP address/, address);
        }
        for (const address of ["127.0.0.1", "192.0.2.10", "::1", "::ffff:192.0.2.10"]) {
            assert.deepEqual(publish(address).ports, [{ internal: 5000, external: 5000, ip: address }]);
        }
    });

    it("refuses a limit that is none: the policy pack takes the step that sets it for a limit", () => {
        for (const limit of ["memoryMegabytes", "cpus", "pids"] as const) {
            for (const value of [0, -1]) {
                assert.throws(
                    () => containerArguments({ ...spec, limits: { ...spec.limits, [limit]: value } }),
                    new RegExp(`stack-service: limits\\.${limit} is ${value}, which is no limit`),
                );
            }
        }
    });

    it("mounts read-only unless told otherwise, and gives scratch folders no programs", () => {
        const args = containerArguments({
            ...spec,
            mounts: [
                { type: "bind", source: "/a", target: "/b" },
                { type: "volume", source: "v", target: "/data", readOnly: false },
            ],
            scratch: { "/tmp": 16 },
        });
        assert.deepEqual(args.mounts, [
            { type: "bind", source: "/a", target: "/b", readOnly: true },
            { type: "volume", source: "v", target: "/data", readOnly: false },
        ]);
        assert.deepEqual(args.tmpfs, {
            "/tmp": "rw,noexec,nosuid,nodev,uid=1000,gid=1000,mode=0700,size=16m",
        });
    });

    it("keeps the confinement whatever else is asked for", () => {
        const any = fc.record({
            uid: fc.integer({ min: 1, max: 65535 }),
            limits: fc.record({
                memoryMegabytes: fc.integer({ min: 1 }),
                cpus: fc.double({ min: 0.1, max: 64 }),
                pids: fc.integer({ min: 1 }),
            }),
            environment: fc.dictionary(fc.string(), fc.string()),
            command: fc.array(fc.string()),
            scratch: fc.dictionary(fc.string(), fc.nat()),
        });
        fc.assert(
            fc.property(any, (more) => {
                const args = containerArguments({ ...spec, ...more });
                assert.equal(args.readOnly, true);
                assert.deepEqual(args.capabilities, { drops: ["ALL"] });
                assert.deepEqual(args.securityOpts, ["no-new-privileges:true"]);
                assert.equal(args.memory, args.memorySwap);
                assert.equal("privileged" in args, false);
                assert.equal("usernsMode" in args, false);
                assert.equal("networkMode" in args, false);
            }),
        );
    });

    it("spells numbers as the provider reads them back", () => {
        const spelled = (cpus: number, startSeconds: number) => {
            const args = containerArguments({
                ...spec,
                limits: { ...spec.limits, cpus },
                healthCheck: { test: { shell: "true" }, startSeconds },
            });
            assert.ok(typeof args.healthcheck === "object" && "startPeriod" in args.healthcheck);
            return [args.cpus, args.healthcheck.startPeriod];
        };
        assert.deepEqual(spelled(1, 60), ["1.0", "1m0s"]);
        assert.deepEqual(spelled(1.5, 59), ["1.5", "59s"]);
        assert.deepEqual(spelled(0.25, 3723), ["0.25", "1h2m3s"]);
    });

    it("names the capabilities that are added back", () => {
        assert.deepEqual(containerArguments({ ...spec, addCapabilities: ["CAP_CHOWN"] }).capabilities, {
            drops: ["ALL"],
            adds: ["CAP_CHOWN"],
        });
    });
});

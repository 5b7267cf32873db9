import assert from "node:assert/strict";
import fc from "fast-check";
import { checkInputs } from "../../../../toolchain/plugins/docker/bridge/inputs";
import { containerSchema } from "../../../../toolchain/plugins/docker/schema/container";
import { networkSchema } from "../../../../toolchain/plugins/docker/schema/network";
import { unknownValue } from "../../../../toolchain/plugins/lib/resource";

function failuresOf(inputs: Record<string, unknown>): [string, string][] {
    const { failures } = checkInputs(containerSchema, "probe", {}, { image: "x", ...inputs });
    return failures.map(({ property, reason }) => [property, reason]);
}

describe("the docker plugin's check of inputs", () => {
    it("refuses what it does not know, at every depth, by its path", () => {
        const mounts = [{ target: "/x", type: "bind", readonly: true }];
        const paths = failuresOf({ pidsLimit: 5, mounts, healthcheck: { test: ["CMD"] } }).map(
            ([path]) => path,
        );
        assert.deepEqual(paths, ["pidsLimit", "mounts[0].readonly", "healthcheck.test"]);
        assert.deepEqual(failuresOf({ exitCode: 1 })[0]?.[0], "exitCode");
    });

    it("refuses what only the official plugin carries out, and says what to do", () => {
        const [[path, reason] = ["", ""]] = failuresOf({ devices: [{ hostPath: "/dev/null" }] });
        assert.equal(path, "devices");
        assert.match(reason, /does not carry out 'devices': .*official docker plugin/);
    });

    it("refuses what only a later version of upstream has", () => {
        const [[path, reason] = ["", ""]] = failuresOf({ deviceCgroupRules: ["c 1:3 r"] });
        assert.equal(path, "deviceCgroupRules");
        assert.match(reason, /does not carry out 'deviceCgroupRules': .*official docker plugin/);
    });

    const wrong: [string, Record<string, unknown>, string, RegExp][] = [
        ["a restart policy that there is not", { restart: "often" }, "restart", /'often' does not match/],
        ["memory below zero", { memory: -1 }, "memory", /cannot be lower than 0/],
        ["a set of CPUs that is none", { cpuSet: "a" }, "cpuSet", /does not match/],
        [
            "a duration without a unit",
            { healthcheck: { interval: "10" } },
            "healthcheck.interval",
            /not a duration/,
        ],
        ["a duration below zero", { healthcheck: { timeout: "-1s" } }, "healthcheck.timeout", /below zero/],
        ["a relative host path", { volumes: [{ hostPath: "a" }] }, "volumes[0].hostPath", /start it with \//],
        ["a text for a number", { memory: "much" }, "memory", /give a whole number/],
        ["an object for a text", { hostname: {} }, "hostname", /give a string/],
        ["a text for an object", { capabilities: "ALL" }, "capabilities", /give an object/],
        ["a list as an option", { logOpts: { tag: [] } }, "logOpts.tag", /give a string/],
        [
            "a port without its inside",
            { ports: [{ external: 80 }] },
            "ports[0].internal",
            /Missing required property/,
        ],
    ];
    for (const [what, inputs, path, reason] of wrong) {
        it(`refuses ${what}`, () => {
            const [found] = failuresOf(inputs);
            assert.ok(found);
            assert.equal(found[0], path);
            assert.match(found[1], reason);
        });
    }

    it("takes what is not known yet wherever a value can be", () => {
        const inputs = {
            memory: unknownValue,
            restart: unknownValue,
            envs: [unknownValue],
            logOpts: { a: unknownValue },
            mounts: unknownValue,
        };
        assert.deepEqual(failuresOf(inputs), []);
    });

    it("reads numbers and truths that are written as text, and the other way round", () => {
        const { inputs } = checkInputs(
            containerSchema,
            "probe",
            {},
            { image: "x", memory: "64", init: "true", user: 1000 },
        );
        assert.deepEqual([inputs["memory"], inputs["init"], inputs["user"]], [64, true, "1000"]);
    });

    it("makes a name of the resource's, keeps it, and drops it for one that is given", () => {
        const first = checkInputs(networkSchema, "web", {}, {}).inputs;
        assert.match(String(first["name"]), /^web-[0-9a-f]{7}$/);
        assert.deepEqual(first["__defaults"], ["ipamDriver", "name"]);
        const again = checkInputs(networkSchema, "web", first, {}).inputs;
        assert.deepEqual(again, first);
        const given = checkInputs(networkSchema, "web", first, { name: "own" }).inputs;
        assert.deepEqual([given["name"], given["__defaults"]], ["own", ["ipamDriver"]]);
    });

    it("comes to the same result when its own result is checked", () => {
        const port = fc.record(
            { internal: fc.nat(65535), external: fc.nat(65535) },
            { requiredKeys: ["internal"] },
        );
        const inputs = fc.record(
            {
                image: fc.string({ minLength: 1 }),
                name: fc.string({ minLength: 1 }),
                memory: fc.nat(),
                envs: fc.array(fc.string()),
                ports: fc.array(port),
                readOnly: fc.boolean(),
                logOpts: fc.dictionary(fc.string(), fc.string()),
            },
            { requiredKeys: ["image", "name"] },
        );
        fc.assert(
            fc.property(inputs, (news) => {
                const first = checkInputs(containerSchema, "probe", {}, news);
                assert.deepEqual(checkInputs(containerSchema, "probe", first.inputs, news), first);
                assert.deepEqual(first.failures, []);
            }),
        );
    });
});

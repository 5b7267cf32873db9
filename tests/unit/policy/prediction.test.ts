import assert from "node:assert/strict";
import { auditSettingsSchema } from "../../../audit/settings";
import { judgeWarnings, stackGate } from "../../../audit/verdict";
import {
    flips,
    predict,
    predictedScore,
    warningsOf,
    type Prediction,
} from "../../../policy/prediction/predict";
import { engineProblems } from "../../../policy/prediction/problems";
import type { Planned } from "../../../policy/prediction/planned";
import {
    container,
    daemonJson,
    daemonStep,
    pidsStep,
    planned,
    prepareSamples,
    stackSamples,
    unknownText,
    withInputs,
} from "./sample";

function ids(predictions: readonly Prediction[], result: string): string[] {
    return predictions.filter((one) => one.result === result).map(({ check }) => check.id);
}

/** What a change makes warn that did not. */
function newWarnings(before: readonly Planned[], after: readonly Planned[]): string[] {
    return flips(predict(before), predict(after))
        .filter((flip) => flip.after === "WARN")
        .map(({ check }) => check.id);
}

const good = () => [daemonStep(daemonJson()), container(), pidsStep()];

describe("prediction: the stack as it comes", () => {
    before(prepareSamples);

    it("warns of nothing but what a single host cannot have", () => {
        assert.deepEqual(ids(predict(good()), "WARN"), ["2.13"]);
        assert.deepEqual(ids(predict(good()), "unknown"), ["5.2"]);
    });

    it("finds the step and the limits of the real components, and warns of what the settings accept", () => {
        const plan = stackSamples();
        assert.deepEqual(engineProblems(plan), []);
        // 4.5 is of the host, and no plan tells it.
        assert.deepEqual(ids(predict(plan), "WARN"), ["2.13", "5.9", "5.15"]);
        const gate = stackGate(auditSettingsSchema.parse({}), "p");
        assert.deepEqual(judgeWarnings(warningsOf(predict(plan)), gate).findings, []);
        assert.deepEqual(
            predict(plan).flatMap(({ unread }) => unread),
            [],
        );
    });

    it("reads no command line, so a script's name is nothing to it", () => {
        const plan = stackSamples();
        const commands = plan.filter(({ wire }) => "create" in wire);
        assert.ok(commands.length > 20, `only ${commands.length} commands`);
        for (const line of ["/x/other.sh 0", unknownText]) {
            const others = plan.map((one) =>
                "create" in one.wire ? withInputs(one, { create: line, delete: line }) : one,
            );
            assert.deepEqual(predict(others), predict(plan));
            assert.deepEqual(engineProblems(others), []);
        }
    });

    it("warns of 2.12 where the authorization plugin is taken away", () => {
        const without = daemonStep(daemonJson({ "authorization-plugins": undefined }));
        assert.deepEqual(
            flips(predict(good()), predict([without, container(), pidsStep()])).map(
                ({ check, before, after }) => `${check.id} ${before} → ${after}`,
            ),
            ["2.12 PASS → WARN"],
        );
    });

    it("judges an engine that nothing sets as its package leaves it", () => {
        const warned = ids(predict([]), "WARN");
        assert.deepEqual(warned, ["2.2", "2.9", "2.12", "2.13", "2.14", "2.15", "2.16"]);
        assert.deepEqual(
            ids(predict([]), "PASS").filter((id) => id.startsWith("5.")),
            [],
        );
    });

    it("says what the hardening flips", () => {
        const flipped = flips(predict([]), predict([daemonStep(daemonJson())]));
        assert.deepEqual(
            flipped.map(({ check, before, after }) => `${check.id} ${before} → ${after}`),
            [
                "2.2 WARN → PASS",
                "2.8 INFO → PASS",
                "2.9 WARN → PASS",
                "2.12 WARN → PASS",
                "2.14 WARN → PASS",
                "2.15 WARN → PASS",
                "2.16 WARN → PASS",
            ],
        );
        const [before, after] = [
            predictedScore(predict([])),
            predictedScore(predict([daemonStep(daemonJson())])),
        ];
        assert.equal(after - before, 12);
    });
});

describe("prediction: settings of the engine", () => {
    before(prepareSamples);

    const changes: [Record<string, unknown>, string[]][] = [
        [{ icc: true }, ["2.2"]],
        [{ "log-level": "debug" }, ["2.3"]],
        [{ debug: true }, ["2.3"]],
        [{ iptables: false }, ["2.4"]],
        [{ "insecure-registries": ["registry.local:5000"] }, ["2.5"]],
        [{ "storage-driver": "aufs" }, ["2.6"]],
        [{ hosts: ["tcp://0.0.0.0:2375"] }, ["2.7"]],
        [{ hosts: ["tcp://0.0.0.0:2376"], tlsverify: true }, []],
        [{ "userns-remap": "" }, ["2.9"]],
        [{ "cgroup-parent": "/all" }, ["2.10"]],
        [{ "storage-opts": ["dm.basesize=20G"] }, ["2.11"]],
        [{ "no-new-privileges": false }, ["2.14"]],
        [{ "live-restore": false }, ["2.15"]],
        [{ "userland-proxy": true }, ["2.16"]],
        [{ "seccomp-profile": "unconfined" }, ["2.17", "5.22"]],
        [{ experimental: true }, ["2.18"]],
        [{ "log-driver": "json-file" }, []],
        [{ dns: ["192.0.2.1"] }, []],
    ];
    for (const [change, expected] of changes) {
        it(`${JSON.stringify(change)} brings ${expected.join(", ") || "no warning"}`, () => {
            assert.deepEqual(
                newWarnings(good(), [daemonStep(daemonJson(change)), container(), pidsStep()]),
                expected,
            );
        });
    }

    it("fixes what a plugin and another log driver fix", () => {
        const change = { "authorization-plugins": ["opa"], "log-driver": "journald" };
        assert.deepEqual(ids(predict([daemonStep(daemonJson(change))]), "WARN"), []);
    });

    it("are not judged where they are not known yet", () => {
        const predictions = predict([daemonStep(unknownText)]);
        assert.deepEqual(ids(predictions, "WARN"), []);
        assert.ok(ids(predictions, "unknown").includes("2.9"));
    });

    it("of several engines: the worst counts, by name", () => {
        const plan = [daemonStep(daemonJson(), "a"), daemonStep(daemonJson({ icc: true }), "b")];
        const bridge = predict(plan).find(({ check }) => check.id === "2.2");
        assert.deepEqual([bridge?.result, bridge?.items], ["WARN", ["b"]]);
    });
});

describe("prediction: inputs of a container", () => {
    before(prepareSamples);

    const changes: [Record<string, unknown>, string[]][] = [
        [{ user: undefined }, ["4.1"]],
        [{ user: "0:0" }, ["4.1"]],
        [{ securityOpts: ["no-new-privileges:true", "apparmor=unconfined"] }, ["5.2"]],
        [{ securityOpts: undefined }, ["5.3"]],
        [{ capabilities: { adds: ["CAP_SYS_ADMIN"] } }, ["5.4"]],
        [{ capabilities: { adds: ["CAP_CHOWN"], drops: ["ALL"] } }, []],
        [{ privileged: true }, ["5.4", "5.5", "5.22"]],
        [{ mounts: [{ type: "bind", source: "/etc", target: "/e" }] }, ["5.6"]],
        [{ mounts: [{ type: "bind", source: "/etc", target: "/e", readOnly: true }] }, []],
        [{ volumes: [{ hostPath: "/usr/", containerPath: "/u" }] }, ["5.6"]],
        [{ ports: [{ internal: 80, external: 80, ip: "192.0.2.7" }] }, ["5.8", "5.9"]],
        [{ ports: [{ internal: 80, external: 8080, ip: "192.0.2.7" }] }, ["5.9"]],
        [{ ports: [{ internal: 80, external: 8080 }] }, ["5.9", "5.14"]],
        [{ publishAllPorts: true }, ["5.9", "5.14"]],
        [{ networkMode: "host", networksAdvanced: undefined }, ["5.10"]],
        [{ memory: undefined }, ["5.11"]],
        [{ cpus: undefined }, ["5.12"]],
        [{ cpus: undefined, cpuShares: 512 }, []],
        [{ readOnly: false }, ["5.13"]],
        [{ restart: "always" }, ["5.15"]],
        [{ pidMode: "host" }, ["5.16"]],
        [{ ipcMode: "host" }, ["5.17"]],
        [
            {
                mounts: [
                    { type: "bind", source: "/srv", target: "/s", bindOptions: { propagation: "rshared" } },
                ],
            },
            ["5.20"],
        ],
        [{ securityOpts: ["no-new-privileges:true", "seccomp=unconfined"] }, ["5.22"]],
        [{ cgroupParent: "/all" }, ["5.25"]],
        [{ securityOpts: ["no-new-privileges:false", "label=type:web_t"] }, ["5.26"]],
        [{ healthcheck: undefined }, ["5.27"]],
        [{ healthcheck: { tests: ["NONE"] } }, ["5.27"]],
        [{ usernsMode: "host" }, ["5.31"]],
        [
            { mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/s", readOnly: true }] },
            ["5.32"],
        ],
        [{ envs: ["A=1"], command: ["serve"] }, []],
    ];
    for (const [change, expected] of changes) {
        it(`${JSON.stringify(change)} brings ${expected.join(", ") || "no warning"}`, () => {
            assert.deepEqual(
                newWarnings(good(), [daemonStep(daemonJson()), container(change), pidsStep()]),
                expected,
            );
        });
    }

    it("warns where no step limits the processes of that container", () => {
        const engine = daemonStep(daemonJson());
        assert.deepEqual(newWarnings(good(), [engine, container()]), ["5.29"]);
        assert.deepEqual(newWarnings(good(), [engine, container(), pidsStep("db")]), ["5.29"]);
        assert.deepEqual(newWarnings(good(), [engine, container(), pidsStep()]), []);
        const bare = planned("docker:index/container:Container", "web-container", container().wire);
        assert.deepEqual(newWarnings(good(), [engine, bare, pidsStep()]), ["5.29"]);
    });

    it("sees a folder of the host behind a volume's name", () => {
        const volume = planned("docker:index/volume:Volume", "v", {
            name: "conf",
            driverOpts: { type: "none", o: "bind", device: "/etc" },
        });
        const mount = { type: "volume", source: "conf", target: "/c" };
        assert.deepEqual(newWarnings(good(), [...good(), volume, container({ mounts: [mount] })]), ["5.6"]);
        // Which volume it is cannot be told yet.
        const open = predict([...good(), volume]).filter(({ unknownOf }) => unknownOf.length > 0);
        assert.deepEqual(
            open.map(({ check }) => check.id),
            ["5.2", "5.6", "5.20", "5.32"],
        );
    });

    it("never passes a check that reads what is not known", () => {
        const open = { privileged: unknownText, memory: unknownText, mounts: unknownText, user: unknownText };
        const predictions = predict([daemonStep(daemonJson()), container(open), pidsStep()]);
        assert.deepEqual(ids(predictions, "WARN"), ["2.13"]);
        assert.deepEqual(ids(predictions, "unknown"), [
            "4.1",
            "5.2",
            "5.4",
            "5.5",
            "5.6",
            "5.11",
            "5.20",
            "5.22",
            "5.32",
        ]);
    });

    it("names the containers that a change is about, and leaves the others out", () => {
        const before = [...good(), container({ readOnly: false }, "db")];
        const after = [
            daemonStep(daemonJson()),
            container({ readOnly: false }),
            pidsStep(),
            container({}, "db"),
        ];
        const [flip, ...others] = flips(predict(before), predict(after));
        assert.deepEqual(others, []);
        assert.deepEqual([flip?.check.id, flip?.added, flip?.removed], ["5.13", ["web"], ["db"]]);
    });

    it("refuses what no container is, by its URN and key", () => {
        assert.throws(
            () => predict([container({ memory: "much" })]),
            /docker:index\/container:Container::web-container has inputs that no docker\.Container has[\s\S]*memory/,
        );
    });
});

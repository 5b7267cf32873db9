import assert from "node:assert/strict";
import { daemonKeys } from "../../../config/daemon-keys";
import { parseSettings } from "../../../config/parse";
import { predict } from "../../../policy/prediction/predict";
import { settingsProblems } from "../../../policy/prediction/problems";
import { smallest } from "../config/wrong-settings";
import { daemonJson, daemonStep, prepareSamples } from "./sample";

/** What the settings say of a key of daemon.json; undefined: they take it. */
function refusal(name: string, value: unknown): string | undefined {
    try {
        parseSettings({ ...smallest, engine: { settings: { [name]: value } } });
        return undefined;
    } catch (error) {
        return String(error);
    }
}

/** Values of which one at least switches on what a key is for. */
const values = [true, "some", ["some"], { some: "value", "containerd-snapshotter": true }];

/** Checks that a key brings to warn. */
function warnings(name: string, value: unknown): string[] {
    return predict([daemonStep(daemonJson({ [name]: value }))]).flatMap(({ check, result }) =>
        result === "WARN" && check.id !== "2.13" ? [check.id] : [],
    );
}

/** A daemon.json may come from a program that never parsed our settings. Drift compares every key, whatever its name. */
describe("keys of engine.settings, for the settings and for the policy pack", () => {
    before(prepareSamples);

    for (const name of Object.keys(daemonKeys)) {
        it(`are refused by both, or by none: ${name}`, () => {
            for (const value of values) {
                const refused = refusal(name, value);
                if (refused?.includes("is set by the hardening") === true) {
                    continue;
                }
                const problems = settingsProblems(daemonStep(daemonJson({ [name]: value }))).join("\n");
                // The pack reads values too: a list where the engine wants a text is no daemon.json.
                const isMisread = problems.includes("is no daemon.json: ");
                assert.ok(
                    isMisread || (refused === undefined) === (problems === ""),
                    `${refused} ${problems}`,
                );
            }
        });
    }

    it("that no engine knows are refused by both", () => {
        for (const name of ["registry-mirror", "Debug", "constructor"]) {
            assert.match(
                refusal(name, true) ?? "",
                /portcullis:engine\.settings.* is no key of daemon\.json/,
            );
            assert.match(
                settingsProblems(daemonStep(daemonJson({ [name]: true }))).join(),
                new RegExp(`^daemon\\.json: ${name} is no key of daemon\\.json`),
            );
        }
    });

    it("that the hardening sets are judged by their values", () => {
        assert.deepEqual(settingsProblems(daemonStep(daemonJson())), []);
        for (const [name, value, check] of [
            ["userns-remap", "", "2.9"],
            ["icc", true, "2.2"],
            ["live-restore", false, "2.15"],
            ["userland-proxy", true, "2.16"],
            ["no-new-privileges", false, "2.14"],
            ["log-level", "debug", "2.3"],
        ] as const) {
            assert.match(refusal(name, value) ?? "", /is set by the hardening/);
            assert.deepEqual(warnings(name, value), [check]);
        }
    });

    it("that the settings take and that lower the score are named by the pack", () => {
        for (const [name, value, check] of [
            ["debug", true, "2.3"],
            ["iptables", false, "2.4"],
            ["insecure-registries", ["192.0.2.9:5000"], "2.5"],
            ["storage-driver", "aufs", "2.6"],
            ["cgroup-parent", "/all", "2.10"],
            ["storage-opts", ["dm.basesize=20G"], "2.11"],
            ["authorization-plugins", [], "2.12"],
            ["experimental", true, "2.18"],
        ] as const) {
            assert.equal(refusal(name, value), undefined);
            assert.deepEqual(warnings(name, value), [check]);
        }
    });
});

import assert from "node:assert/strict";
import { Pack } from "./pack";
import {
    container,
    daemonJson,
    daemonStep,
    hostComponent,
    pidsStep,
    planned,
    prepareSamples,
    renamed,
    stackSamples,
    unknownText,
    withInputs,
} from "./sample";

/** A container that relies on the engine for no-new-privileges. */
const relying = { securityOpts: ["label=type:web_t"] };

describe("the policy pack, as the engine runs it", function () {
    // The pack is compiled first, where it was not yet.
    this.timeout(120_000);
    const pack = new Pack();

    before(prepareSamples);
    // The name that the stack of the samples has.
    before(() => pack.start({ "portcullis:name": "p" }));
    after(() => pack.stop());

    it("has nothing against any resource of the stack as it comes, nor against the whole", async () => {
        const samples = stackSamples();
        assert.ok(samples.length > 40, `only ${samples.length} resources`);
        for (const sample of samples) {
            assert.deepEqual(await pack.resource(sample), [], sample.urn);
        }
        assert.deepEqual(await pack.stack(samples), []);
    });

    it("stops a daemon.json that is weaker, with check, finding and remedy", async () => {
        const [first, ...others] = await pack.resource(daemonStep(daemonJson({ icc: true })));
        assert.deepEqual(others, []);
        assert.match(first ?? "", /^engine-settings: 2\.2 WARN .*: icc is on.*Remedy: Set "icc": false/);
    });

    it("stops a daemon.json that cannot be read", async () => {
        for (const [stdin, reason] of [
            [unknownText, /its text is not known before the deployment, or is a secret/],
            ["[secret]", /its text is not known before the deployment, or is a secret/],
            [undefined, /has no text on its standard input/],
            ["{", /is no daemon\.json/],
            ["[]", /is no daemon\.json/],
            [daemonJson({ "live-restore": "yes" }), /is no daemon\.json: live-restore: /],
        ] as const) {
            const [found, ...others] = await pack.resource(withInputs(daemonStep(""), { stdin }));
            assert.deepEqual(others, [], stdin);
            assert.match(found ?? "", /^engine-settings: the daemon\.json of host-daemon cannot be judged: /);
            assert.match(found ?? "", reason);
        }
    });

    it("stops a key of daemon.json that the settings would not take", async () => {
        const found = await pack.resource(daemonStep(daemonJson({ "nri-opts": { enable: true } })));
        assert.equal(found.length, 1);
        assert.match(found[0] ?? "", /^engine-settings: daemon\.json: nri-opts lets NRI plugins change/);
    });

    it("stops a container that is weaker, check by check, each by its own policy", async () => {
        const found = await pack.resource(container({ user: "0", cpus: "", privileged: true }));
        assert.deepEqual(
            found.map((text) => text.split(" ").slice(0, 2).join(" ")),
            [
                "container-user: 4.1",
                ...["5.4", "5.5", "5.12", "5.22"].map((id) => `container-runtime: ${id}`),
            ],
        );
    });

    it("stops a container with an input that a check reads and the plan does not show", async () => {
        const [first, second, ...others] = await pack.resource(
            container({ user: unknownText, networkMode: unknownText, networksAdvanced: undefined }),
        );
        assert.match(
            first ?? "",
            /^container-user: 4\.1 WARN .*user is not known before the deployment.*\(web\)/,
        );
        assert.match(second ?? "", /^container-runtime: 5\.10 WARN .*networkMode is not known/);
        assert.match(others.join("\n"), /^container-runtime: 5\.30 WARN .*networkMode is not known/);
        assert.equal(others.length, 1);
    });

    it("takes no-new-privileges from the engine's settings that came before", async () => {
        await pack.resource(daemonStep(daemonJson()));
        assert.deepEqual(await pack.resource(container(relying)), []);
        await pack.resource(daemonStep(daemonJson({ "no-new-privileges": false })));
        const [found] = await pack.resource(container(relying));
        assert.match(found ?? "", /^container-runtime: 5\.26 /);
    });

    it("stops a stack whose engine nothing hardens, and a container without a limit of processes", async () => {
        const engine = [hostComponent(), daemonStep(daemonJson())];
        assert.deepEqual(await pack.stack([...engine, container(), pidsStep()]), []);
        const unlimited = await pack.stack([...engine, container()]);
        assert.deepEqual(unlimited.length, 1);
        assert.match(unlimited[0] ?? "", /^process-limits: 5\.29 WARN .*\(web\)/);
        const bare = await pack.stack([container(), pidsStep()]);
        assert.match(bare.join("\n"), /^engine-hardened: no step .*: 2\.9 WARN/m);
    });

    it("stops a host that has lost its step, and says which", async () => {
        const found = await pack.stack([hostComponent(), daemonStep(daemonJson()), hostComponent("b")]);
        assert.match(
            found.join("\n"),
            /^engine-hardened: no step of HardenedHost b writes its daemon\.json; expected one, b-daemon: 2\.9 WARN/m,
        );
        assert.ok(found.every((text) => text.includes("HardenedHost b ")));
    });

    it("stops a daemon.json from another resource than the host's own step", async () => {
        const other = renamed(daemonStep(daemonJson()), "host-daemon", "host-engine-configuration");
        const [found, ...others] = await pack.resource(other);
        assert.deepEqual(others, []);
        assert.match(
            found ?? "",
            /^engine-settings: host-engine-configuration is given a daemon\.json, but is no step/,
        );
        assert.match(
            (await pack.stack([hostComponent(), other])).join("\n"),
            /^engine-hardened: no step of HardenedHost host/m,
        );
        const component = [hostComponent(), daemonStep(daemonJson())].map((one) =>
            renamed(one, "HardenedHost", "FastHost"),
        );
        assert.match((await pack.stack(component)).join("\n"), /^engine-hardened: no step of this stack/m);
    });

    it("judges in the finished plan what no policy has judged before", async () => {
        const unseen = daemonStep(daemonJson({ icc: true }), "a");
        assert.match(
            (await pack.stack([hostComponent("a"), unseen])).join("\n"),
            /^engine-hardened: 2\.2 WARN/m,
        );
    });

    it("does not look at other resources", async () => {
        assert.deepEqual(
            await pack.resource(planned("docker:index/network:Network", "n", { name: "n" })),
            [],
        );
    });
});

describe("the policy pack with the stack's own settings", () => {
    const pack = new Pack();
    const audit = {
        allowedWarnings: ["2.2", "2.9", "2.12", "2.13", "2.14", "2.15", "2.16"],
        exceptions: [
            { check: "5.13", container: "web", owner: "o", reason: "r", expires: "2999-12-31" },
            { check: "5.11", owner: "team db", reason: "r", expires: "2026-01-31" },
        ],
    };

    before(prepareSamples);
    before(() => pack.start({ "portcullis:audit": JSON.stringify(audit) }));
    after(() => pack.stop());

    it("accepts what they except, for that container only", async () => {
        await pack.resource(daemonStep(daemonJson()));
        assert.deepEqual(await pack.resource(container({ readOnly: false })), []);
        const [found] = await pack.resource(container({ readOnly: false }, "db"));
        assert.match(found ?? "", /^container-runtime: 5\.13 .*\(db\)/);
    });

    it("accepts an input that the plan does not show, where they except the check", async () => {
        assert.deepEqual(await pack.resource(container({ readOnly: unknownText })), []);
        assert.equal((await pack.resource(container({ readOnly: unknownText }, "db"))).length, 1);
    });

    it("stops a stack without the step, whatever they allow of the engine", async () => {
        const found = (await pack.stack([container(), pidsStep()])).filter((text) => /^engine/.test(text));
        assert.deepEqual(found, [
            "engine-hardened: no step of this stack sets the engine's daemon.json (component HardenedHost)",
        ]);
    });

    it("stops at an exception that has expired", async () => {
        const [found] = await pack.stack([hostComponent(), daemonStep(daemonJson())]);
        assert.match(
            found ?? "",
            /^exceptions-hold: the exception for 5\.11 expired on 2026-01-31: ask team db/,
        );
    });
});

describe("the policy pack with a minimum score alone", () => {
    const pack = new Pack();

    before(prepareSamples);
    before(() => pack.start({ "portcullis:audit": JSON.stringify({ minimumScore: 3 }) }));
    after(() => pack.stop());

    it("counts each WARN, because no preview tells the score", async () => {
        const [found] = await pack.resource(daemonStep(daemonJson({ icc: true })));
        assert.match(found ?? "", /^engine-settings: 2\.2 WARN /);
        assert.deepEqual(await pack.resource(daemonStep(daemonJson())), []);
    });
});

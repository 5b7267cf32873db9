import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    AnalyzeRequest,
    AnalyzeStackRequest,
    AnalyzerResource,
    AnalyzerResourceOptions,
    EnforcementLevel,
    type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Planned } from "../../../policy/prediction/planned";
import { container, daemonJson, daemonStep, pidsStep, unknownText } from "./sample";

const root = path.join(__dirname, "../../..");

function options(): AnalyzerResourceOptions {
    const made = new AnalyzerResourceOptions();
    made.setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts());
    return made;
}

/** The pack as the engine runs it, spoken to as the engine does. */
class Pack {
    private client!: AnalyzerClient;
    private process!: ChildProcess;

    async start(config: Record<string, string> = {}): Promise<void> {
        const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
        const folder = path.join(root, "policy");
        this.process = spawn(process.execPath, [runner, "127.0.0.1:1", folder], {
            cwd: folder,
            stdio: ["ignore", "pipe", "inherit"],
            env: {
                ...process.env,
                PULUMI_NODEJS_TRANSPILE_ONLY: "true",
                PULUMI_CONFIG: JSON.stringify(config),
                PULUMI_NODEJS_PROJECT: "portcullis",
                PULUMI_NODEJS_STACK: "test",
            },
        });
        assert.ok(this.process.stdout !== null);
        const [port] = (await once(this.process.stdout, "data")) as [Buffer];
        this.client = new AnalyzerClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
    }

    async stop(): Promise<void> {
        this.client.close();
        const ended = once(this.process, "exit");
        this.process.kill();
        await ended;
    }

    /** Violations of one resource's inputs: policy and message. */
    resource({ urn, type, name }: Planned, inputs: Record<string, JavaScriptValue>): Promise<string[]> {
        const request = new AnalyzeRequest();
        request.setUrn(urn);
        request.setType(type);
        request.setName(name);
        request.setOptions(options());
        request.setProperties(Struct.fromJavaScript(inputs));
        return this.ask((done) => this.client.analyze(request, done));
    }

    /** Violations of a whole stack. */
    stack(resources: readonly [Planned, Record<string, JavaScriptValue>][]): Promise<string[]> {
        const request = new AnalyzeStackRequest();
        request.setResourcesList(
            resources.flatMap(([{ urn, type, name, parent }, inputs]) => {
                const component = new AnalyzerResource();
                component.setUrn(parent ?? "urn:none");
                component.setOptions(options());
                component.setProperties(new Struct());
                const resource = new AnalyzerResource();
                resource.setUrn(urn);
                resource.setType(type);
                resource.setName(name);
                resource.setParent(parent ?? "");
                resource.setOptions(options());
                resource.setProperties(Struct.fromJavaScript(inputs));
                return [component, resource];
            }),
        );
        return this.ask((done) => this.client.analyzeStack(request, done));
    }

    private ask(
        send: (done: (error: ServiceError | null, response: AnalyzeResponse) => void) => unknown,
    ): Promise<string[]> {
        return new Promise((resolve, reject) => {
            send((error, response) => {
                if (error !== null) {
                    reject(error);
                    return;
                }
                const found = response.getDiagnosticsList();
                assert.ok(found.every((one) => one.getEnforcementlevel() === EnforcementLevel.MANDATORY));
                resolve(
                    found.map((one) => `${one.getPolicyname()}: ${one.getMessage().split("\n")[1] ?? ""}`),
                );
            });
        });
    }
}

const step = (config: string) => ({ create: "/x/configure-engine.sh no no # 1", stdin: config });
const web = { name: "web", image: unknownText, user: "1000", readOnly: true, memory: 64, cpus: "1" };
const confined = {
    ...web,
    securityOpts: ["no-new-privileges:true"],
    healthcheck: { tests: ["CMD", "true"] },
};

describe("the policy pack, as the engine runs it", () => {
    const pack = new Pack();

    before(() => pack.start());
    after(() => pack.stop());

    it("has nothing against the stack as it comes, nor against what is not known yet", async () => {
        assert.deepEqual(await pack.resource(daemonStep(""), step(daemonJson())), []);
        assert.deepEqual(await pack.resource(daemonStep(""), step(unknownText)), []);
        assert.deepEqual(await pack.resource(container(), { ...confined, networkMode: unknownText }), []);
    });

    it("stops a daemon.json that is weaker, with check, finding and remedy", async () => {
        const [first, ...others] = await pack.resource(daemonStep(""), step(daemonJson({ icc: true })));
        assert.deepEqual(others, []);
        assert.match(first ?? "", /^engine-settings: 2\.2 WARN .*: icc is on.*Remedy: Set "icc": false/);
    });

    it("stops a container that is weaker, check by check, each by its own policy", async () => {
        const found = await pack.resource(container(), {
            ...confined,
            user: "0",
            cpus: "",
            privileged: true,
        });
        assert.deepEqual(
            found.map((text) => text.split(" ").slice(0, 2).join(" ")),
            [
                "container-user: 4.1",
                ...["5.4", "5.5", "5.12", "5.22"].map((id) => `container-runtime: ${id}`),
            ],
        );
    });

    it("takes no-new-privileges from the engine's settings that came before", async () => {
        const relying = { ...confined, securityOpts: ["label=type:web_t"] };
        await pack.resource(daemonStep(""), step(daemonJson()));
        assert.deepEqual(await pack.resource(container(), relying), []);
        await pack.resource(daemonStep(""), step(daemonJson({ "no-new-privileges": false })));
        const [found] = await pack.resource(container(), relying);
        assert.match(found ?? "", /^container-runtime: 5\.26 /);
    });

    it("stops a stack whose engine nothing hardens, and a container without a limit of processes", async () => {
        const engine: [Planned, Record<string, JavaScriptValue>] = [daemonStep(""), step(daemonJson())];
        const limit: [Planned, Record<string, JavaScriptValue>] = [pidsStep(), { create: unknownText }];
        assert.deepEqual(await pack.stack([engine, [container(), confined], limit]), []);
        const unlimited = await pack.stack([engine, [container(), confined]]);
        assert.deepEqual(unlimited.length, 1);
        assert.match(unlimited[0] ?? "", /^process-limits: 5\.29 WARN .*\(web\)/);
        const bare = await pack.stack([[container(), confined], limit]);
        assert.match(bare.join("\n"), /^engine-hardened: no step .*: 2\.9 WARN/m);
    });

    it("does not look at other resources", async () => {
        const network = { ...container(), type: "docker:index/network:Network" };
        assert.deepEqual(await pack.resource(network, { name: "n" }), []);
    });
});

describe("the policy pack with the stack's own settings", () => {
    const pack = new Pack();
    const audit = {
        allowedWarnings: ["2.13"],
        exceptions: [
            { check: "5.13", container: "web", owner: "o", reason: "r", expires: "2999-12-31" },
            { check: "5.11", owner: "team db", reason: "r", expires: "2026-01-31" },
        ],
    };

    before(() => pack.start({ "portcullis:audit": JSON.stringify(audit) }));
    after(() => pack.stop());

    it("accepts what they except, for that container only", async () => {
        const writable = { ...confined, readOnly: false };
        assert.deepEqual(await pack.resource(container(), writable), []);
        const [found] = await pack.resource(container({}, "db"), { ...writable, name: "db" });
        assert.match(found ?? "", /^container-runtime: 5\.13 .*\(db\)/);
    });

    it("stops at an exception that has expired", async () => {
        const [found] = await pack.stack([[daemonStep(""), step(daemonJson())]]);
        assert.match(
            found ?? "",
            /^exceptions-hold: the exception for 5\.11 expired on 2026-01-31: ask team db/,
        );
    });
});

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
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Sample } from "./sample";

const root = path.join(__dirname, "../../..");

function options(parent = ""): AnalyzerResourceOptions {
    const made = new AnalyzerResourceOptions();
    made.setParent(parent);
    made.setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts());
    return made;
}

/** The pack as the engine runs it, spoken to as the engine does. */
export class Pack {
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
    resource({ urn, type, name, parent, wire }: Sample): Promise<string[]> {
        const request = new AnalyzeRequest();
        request.setUrn(urn);
        request.setType(type);
        request.setName(name);
        request.setOptions(options(parent));
        request.setProperties(Struct.fromJavaScript(wire));
        return this.ask((done) => this.client.analyze(request, done));
    }

    /** Violations of a whole stack. */
    stack(resources: readonly Sample[]): Promise<string[]> {
        const request = new AnalyzeStackRequest();
        request.setResourcesList(
            resources.map(({ urn, type, name, parent, wire }) => {
                const resource = new AnalyzerResource();
                resource.setUrn(urn);
                resource.setType(type);
                resource.setName(name);
                resource.setParent(parent ?? "");
                resource.setOptions(options(parent));
                resource.setProperties(Struct.fromJavaScript(wire));
                return resource;
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

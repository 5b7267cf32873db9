/** A language host as the engine has it: a process of its own, driven over gRPC, with a small engine to talk back to. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import {
    type ClientReadableStream,
    type ServiceError,
    Server,
    ServerCredentials,
    credentials,
    type sendUnaryData,
    type ServerUnaryCall,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

const repository = path.resolve(__dirname, "../../..");

type Done<A> = (error: ServiceError | null, answer: A) => void;

/** Promise form of a call with one answer. */
export function call<A>(start: (done: Done<A>) => unknown): Promise<A> {
    return new Promise((resolve, reject) => {
        start((error, answer) => {
            if (error) {
                reject(error);
            } else {
                resolve(answer);
            }
        });
    });
}

/** The host, the engine it was told of, and a program's folder. */
export class LanguageHost {
    /** What the program told the engine's log. */
    readonly logged: string[] = [];
    /** Types and names that the program registered. */
    readonly registered: string[] = [];
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis program "));
    client!: LanguageRuntimeClient;
    private readonly engine = new Server();
    private process!: ChildProcess;
    private address = "";
    private output = "";

    async start(): Promise<void> {
        fs.symlinkSync(path.join(repository, "node_modules"), path.join(this.folder, "node_modules"));
        this.put("Pulumi.yaml", "name: demo\nruntime: nodejs\n");
        this.put("package.json", "{}");
        this.address = await this.listen();
        this.process = spawn(path.join(repository, "toolchain/bin/pulumi-language-nodejs"), [this.address], {
            stdio: ["ignore", "pipe", "pipe"],
            cwd: os.tmpdir(),
            env: { ...process.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
        });
        const { stdout, stderr } = this.process;
        if (stdout === null || stderr === null) {
            throw new Error("the language host was started without pipes");
        }
        stderr.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
        const lines = readline.createInterface(stdout);
        const first: unknown[] = await once(lines, "line");
        lines.on("line", (line: string) => (this.output += `${line}\n`));
        this.client = new LanguageRuntimeClient(
            `127.0.0.1:${String(first[0])}`,
            credentials.createInsecure(),
        );
    }

    /** Forgets the last program and what it said. */
    forget(): void {
        for (const file of ["index.js", "index.ts"]) {
            fs.rmSync(path.join(this.folder, file), { force: true });
        }
        this.logged.length = 0;
        this.registered.length = 0;
    }

    async stop(): Promise<void> {
        this.client.close();
        this.engine.forceShutdown();
        if (this.process.exitCode === null) {
            const ended = once(this.process, "exit");
            this.process.kill("SIGKILL");
            await ended;
        }
        fs.rmSync(this.folder, { recursive: true });
    }

    put(file: string, content: string): void {
        fs.mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
        fs.writeFileSync(path.join(this.folder, file), content);
    }

    program(options: Record<string, JavaScriptValue> = { typescript: false }): language.ProgramInfo {
        const info = new language.ProgramInfo();
        info.setRootDirectory(this.folder);
        info.setProgramDirectory(this.folder);
        info.setEntryPoint(".");
        info.setOptions(Struct.fromJavaScript(options));
        return info;
    }

    /** Runs the program in the folder, and gives the answer with all output of it and the host. */
    async run(
        options?: Record<string, JavaScriptValue>,
        change: (request: language.RunRequest) => void = () => undefined,
    ): Promise<{ error: string; bail: boolean; output: string }> {
        const request = new language.RunRequest();
        request.setInfo(this.program(options));
        request.setProject("demo");
        request.setStack("test");
        request.setOrganization("acme");
        request.setParallel(4);
        request.setMonitorAddress(this.address);
        change(request);
        this.output = "";
        const response = await call<language.RunResponse>((done) => this.client.run(request, done));
        return { error: response.getError(), bail: response.getBail(), output: this.output };
    }

    /** Waits until the host has printed a text. */
    async printed(text: string): Promise<void> {
        while (!this.output.includes(text)) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }

    runPlugin(kind: string, env: string[], args: string[]): ClientReadableStream<language.RunPluginResponse> {
        const request = new language.RunPluginRequest();
        request.setInfo(this.program());
        request.setPwd(this.folder);
        request.setKind(kind);
        request.setEnvList(env);
        request.setArgsList(args);
        return this.client.runPlugin(request);
    }

    private listen(): Promise<string> {
        this.engine.addService(EngineService, {
            log: (request: ServerUnaryCall<LogRequest, Empty>, done: sendUnaryData<Empty>) => {
                this.logged.push(request.request.getMessage());
                done(null, new Empty());
            },
        });
        this.engine.addService(ResourceMonitorService, {
            supportsFeature: (_call: unknown, done: sendUnaryData<resource.SupportsFeatureResponse>) => {
                done(null, new resource.SupportsFeatureResponse());
            },
            registerResource: (
                request: ServerUnaryCall<resource.RegisterResourceRequest, resource.RegisterResourceResponse>,
                done: sendUnaryData<resource.RegisterResourceResponse>,
            ) => {
                const name = `${request.request.getType()} ${request.request.getName()}`;
                this.registered.push(name);
                const response = new resource.RegisterResourceResponse();
                response.setUrn(`urn:pulumi:test::demo::${name.replace(" ", "::")}`);
                done(null, response);
            },
            registerResourceOutputs: (_call: unknown, done: sendUnaryData<Empty>) => {
                done(null, new Empty());
            },
            signalAndWaitForShutdown: (_call: unknown, done: sendUnaryData<Empty>) => {
                done(null, new Empty());
            },
        });
        return new Promise((resolve, reject) => {
            this.engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
                if (error) {
                    reject(error);
                } else {
                    resolve(`127.0.0.1:${port}`);
                }
            });
        });
    }
}

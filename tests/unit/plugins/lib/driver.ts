/** Drives a plugin as the engine does: starts it, speaks the protocol, collects what it logs. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import * as readline from "node:readline";
import type { Readable } from "node:stream";
import { type ServiceError, Server, ServerCredentials, credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type Answer, type Message, type Wire, struct, toPlain } from "./wire";

export { type Answer, type Wire, failure, ok, part } from "./wire";

const repository = path.resolve(__dirname, "../../../..");
const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

export interface LogLine {
    severity: number;
    message: string;
    ephemeral: boolean;
}

/** A running plugin and the engine it was told of. */
export class Plugin {
    readonly logs: LogLine[] = [];
    private constructor(
        readonly process: ChildProcessByStdio<null, Readable, Readable>,
        readonly client: ResourceProviderClient,
        private readonly engine: Server,
        logs: LogLine[],
        readonly stderr: string[],
    ) {
        this.logs = logs;
    }

    /** Starts a plugin and configures it. `official` names a folder of official plugins; without, ours is started. */
    static async start(
        name: string,
        options: { official?: string; env?: NodeJS.ProcessEnv } = {},
    ): Promise<Plugin> {
        const logs: LogLine[] = [];
        const { engine, port } = await startEngine(logs);
        const command =
            options.official === undefined
                ? [
                      process.execPath,
                      "--import",
                      "tsx",
                      path.join(repository, `toolchain/plugins/${name}/main.ts`),
                  ]
                : [path.join(options.official, `pulumi-resource-${name}`)];
        const child = spawn(command[0] ?? "", [...command.slice(1), `127.0.0.1:${String(port)}`], {
            stdio: ["ignore", "pipe", "pipe"],
            cwd: repository,
            env: options.env ?? process.env,
        });
        const stderr: string[] = [];
        child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk.toString()));
        const lines = readline.createInterface({ input: child.stdout });
        const first: unknown[] = await Promise.race([
            once(lines, "line"),
            once(child, "exit").then(() => Promise.reject(new Error(`${name} ended: ${stderr.join("")}`))),
        ]);
        const client = new ResourceProviderClient(
            `127.0.0.1:${String(first[0])}`,
            credentials.createInsecure(),
            unlimited,
        );
        return new Plugin(child, client, engine, logs, stderr);
    }

    async configure(args: Wire = {}): Promise<Answer> {
        const request = new proto.ConfigureRequest();
        request.setArgs(struct(args));
        request.setAcceptsecrets(true);
        request.setAcceptresources(true);
        request.setSendsOldInputs(true);
        request.setSendsOldInputsToDelete(true);
        return this.answer((done) => this.client.configure(request, done));
    }

    check(urn: string, news: Wire, olds: Wire = {}): Promise<Answer> {
        const request = new proto.CheckRequest();
        request.setUrn(urn);
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        return this.answer((done) => this.client.check(request, done));
    }

    checkConfig(urn: string, news: Wire): Promise<Answer> {
        const request = new proto.CheckRequest();
        request.setUrn(urn);
        request.setOlds(struct({}));
        request.setNews(struct(news));
        return this.answer((done) => this.client.checkConfig(request, done));
    }

    diffConfig(urn: string, olds: Wire, news: Wire): Promise<Answer> {
        const request = new proto.DiffRequest();
        request.setUrn(urn);
        request.setOlds(struct(olds));
        request.setOldInputs(struct(olds));
        request.setNews(struct(news));
        return this.answer((done) => this.client.diffConfig(request, done));
    }

    diff(
        urn: string,
        id: string,
        olds: Wire,
        oldInputs: Wire,
        news: Wire,
        ignore: string[] = [],
    ): Promise<Answer> {
        const request = new proto.DiffRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOlds(struct(olds));
        request.setOldInputs(struct(oldInputs));
        request.setNews(struct(news));
        request.setIgnorechangesList(ignore);
        return this.answer((done) => this.client.diff(request, done));
    }

    create(urn: string, properties: Wire, preview = false, timeout = 0): Promise<Answer> {
        const request = new proto.CreateRequest();
        request.setUrn(urn);
        request.setProperties(struct(properties));
        request.setPreview(preview);
        request.setTimeout(timeout);
        return this.answer((done) => this.client.create(request, done));
    }

    read(urn: string, id: string, inputs: Wire, properties: Wire): Promise<Answer> {
        const request = new proto.ReadRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setInputs(struct(inputs));
        request.setProperties(struct(properties));
        return this.answer((done) => this.client.read(request, done));
    }

    update(
        urn: string,
        id: string,
        olds: Wire,
        oldInputs: Wire,
        news: Wire,
        preview = false,
    ): Promise<Answer> {
        const request = new proto.UpdateRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOlds(struct(olds));
        request.setOldInputs(struct(oldInputs));
        request.setNews(struct(news));
        request.setPreview(preview);
        return this.answer((done) => this.client.update(request, done));
    }

    delete(urn: string, id: string, oldInputs: Wire, properties: Wire): Promise<Answer> {
        const request = new proto.DeleteRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOldInputs(struct(oldInputs));
        request.setProperties(struct(properties));
        return this.answer((done) => this.client.delete(request, done));
    }

    cancel(): Promise<Answer> {
        return this.answer((done) => this.client.cancel(new Empty(), done));
    }

    getPluginInfo(): Promise<Answer> {
        return this.answer((done) => this.client.getPluginInfo(new Empty(), done));
    }

    async stop(): Promise<void> {
        this.client.close();
        this.engine.forceShutdown();
        if (this.process.exitCode === null && this.process.signalCode === null) {
            this.process.kill("SIGKILL");
            await once(this.process, "exit");
        }
    }

    /** Ends the engine alone, as when it is killed. */
    stopEngine(): void {
        this.engine.forceShutdown();
    }

    private answer(
        call: (done: (error: ServiceError | null, response: Message) => void) => unknown,
    ): Promise<Answer> {
        return new Promise((resolve) => {
            call((error, response) => {
                resolve(
                    error
                        ? { error: { code: error.code, message: error.details } }
                        : { ok: toPlain(response) },
                );
            });
        });
    }
}

async function startEngine(logs: LogLine[]): Promise<{ engine: Server; port: number }> {
    const engine = new Server(unlimited);
    engine.addService(EngineService, {
        log: (call: { request: LogRequest }, done: (error: null, response: Empty) => void) => {
            const request = call.request;
            logs.push({
                severity: request.getSeverity(),
                message: request.getMessage(),
                ephemeral: request.getEphemeral(),
            });
            done(null, new Empty());
        },
    });
    const port = await new Promise<number>((resolve, reject) => {
        engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
            if (error) {
                reject(error);
            } else {
                resolve(bound);
            }
        });
    });
    return { engine, port };
}

/** Drives a resource plugin over its protocol, as the engine does, to see what it answers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type ServiceError, Server, ServerCredentials, credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

/** Plain property values as they cross the wire. */
export type Wire = Record<string, JavaScriptValue>;

/** A diff as plain data. */
export interface WireDiff {
    changes: number;
    replaces: string[];
    stables: string[];
    diffs: string[];
    deleteBeforeReplace: boolean;
    detailed: Record<string, number>;
}

/** Stands for a value that is not known yet. */
export const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Done<A> = (error: ServiceError | null, answer: A) => void;

/** A plugin that runs as a process of its own. */
export class PluginClient {
    /** What the plugin told the engine. */
    readonly messages: string[] = [];
    private child: ChildProcess | undefined;
    private engine: Server | undefined;
    private connection: ResourceProviderClient | undefined;

    /** Starts the plugin: `command` is the executable and its arguments, without the engine's address. */
    async start(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
        this.engine = new Server();
        this.engine.addService(EngineService, {
            log: (call: { request: { getMessage(): string } }, callback: (e: null, a: Empty) => void) => {
                this.messages.push(call.request.getMessage());
                callback(null, new Empty());
            },
        });
        const engine = this.engine;
        const enginePort = await new Promise<number>((resolve, reject) => {
            engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
                if (error === null) {
                    resolve(port);
                } else {
                    reject(error);
                }
            });
        });
        const [executable = "", ...args] = command;
        const child = spawn(executable, [...args, `127.0.0.1:${String(enginePort)}`], {
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, ...env },
        });
        this.child = child;
        let stderr = "";
        child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
        const port = await Promise.race([
            once(createInterface(child.stdout), "line").then(([line]) => String(line)),
            once(child, "exit").then(() => Promise.reject(new Error(`${executable} ended: ${stderr}`))),
        ]);
        this.connection = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    }

    /** Ends the plugin. */
    async stop(): Promise<void> {
        this.connection?.close();
        if (this.child?.exitCode === null) {
            const gone = once(this.child, "exit");
            this.child.kill();
            await gone;
        }
        this.engine?.forceShutdown();
    }

    async checkConfig(urn: string, news: Wire): Promise<{ inputs: unknown; failures: string[] }> {
        const request = new proto.CheckRequest();
        request.setUrn(urn);
        request.setNews(Struct.fromJavaScript(news));
        return checked(
            await this.call<proto.CheckResponse>((client, done) => client.checkConfig(request, done)),
        );
    }

    /** Configures the plugin as the engine does: once as properties, once as the flat map of old plugins. */
    async configure(args: Record<string, string>): Promise<void> {
        const request = new proto.ConfigureRequest();
        for (const [key, value] of Object.entries(args)) {
            request.getVariablesMap().set(`docker:config:${key}`, value);
        }
        request.setArgs(Struct.fromJavaScript(args));
        request.setAcceptsecrets(true);
        request.setAcceptresources(true);
        await this.call<proto.ConfigureResponse>((client, done) => client.configure(request, done));
    }

    async check(urn: string, olds: Wire, news: Wire): Promise<{ inputs: unknown; failures: string[] }> {
        const request = new proto.CheckRequest();
        request.setUrn(urn);
        request.setOlds(Struct.fromJavaScript(olds));
        request.setNews(Struct.fromJavaScript(news));
        request.setRandomseed(new Uint8Array(32));
        return checked(await this.call<proto.CheckResponse>((client, done) => client.check(request, done)));
    }

    async diff(
        urn: string,
        id: string,
        olds: Wire,
        oldInputs: Wire,
        news: Wire,
        ignore: string[] = [],
    ): Promise<WireDiff> {
        const request = new proto.DiffRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOlds(Struct.fromJavaScript(olds));
        request.setOldInputs(Struct.fromJavaScript(oldInputs));
        request.setNews(Struct.fromJavaScript(news));
        request.setIgnorechangesList(ignore);
        const answer = await this.call<proto.DiffResponse>((client, done) => client.diff(request, done));
        const detailed: [string, number][] = [];
        answer.getDetaileddiffMap().forEach((value, key) => detailed.push([key, value.getKind()]));
        return {
            changes: answer.getChanges(),
            replaces: [...answer.getReplacesList()].sort(),
            stables: [...answer.getStablesList()].sort(),
            diffs: [...answer.getDiffsList()].sort(),
            deleteBeforeReplace: answer.getDeletebeforereplace(),
            detailed: Object.fromEntries(detailed.sort(([a], [b]) => (a < b ? -1 : 1))),
        };
    }

    async create(urn: string, inputs: Wire, preview = false): Promise<{ id: string; outputs: unknown }> {
        const request = new proto.CreateRequest();
        request.setUrn(urn);
        request.setProperties(Struct.fromJavaScript(inputs));
        request.setPreview(preview);
        const answer = await this.call<proto.CreateResponse>((client, done) => client.create(request, done));
        return { id: answer.getId(), outputs: answer.getProperties()?.toJavaScript() };
    }

    async read(
        urn: string,
        id: string,
        inputs: Wire,
        state: Wire,
    ): Promise<{ id: string; inputs: unknown; outputs: unknown }> {
        const request = new proto.ReadRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setInputs(Struct.fromJavaScript(inputs));
        request.setProperties(Struct.fromJavaScript(state));
        const answer = await this.call<proto.ReadResponse>((client, done) => client.read(request, done));
        return {
            id: answer.getId(),
            inputs: answer.getInputs()?.toJavaScript(),
            outputs: answer.getProperties()?.toJavaScript(),
        };
    }

    async update(
        urn: string,
        id: string,
        olds: Wire,
        oldInputs: Wire,
        news: Wire,
        preview = false,
    ): Promise<unknown> {
        const request = new proto.UpdateRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOlds(Struct.fromJavaScript(olds));
        request.setOldInputs(Struct.fromJavaScript(oldInputs));
        request.setNews(Struct.fromJavaScript(news));
        request.setPreview(preview);
        return (await this.call<proto.UpdateResponse>((client, done) => client.update(request, done)))
            .getProperties()
            ?.toJavaScript();
    }

    async delete(urn: string, id: string, inputs: Wire, outputs: Wire): Promise<void> {
        const request = new proto.DeleteRequest();
        request.setUrn(urn);
        request.setId(id);
        request.setOldInputs(Struct.fromJavaScript(inputs));
        request.setProperties(Struct.fromJavaScript(outputs));
        await this.call<Empty>((client, done) => client.delete(request, done));
    }

    private call<A>(method: (client: ResourceProviderClient, done: Done<A>) => unknown): Promise<A> {
        const client = this.connection;
        if (client === undefined) {
            throw new Error("the plugin was not started: call start() first");
        }
        return new Promise((resolve, reject) => {
            method(client, (error, answer) => {
                if (error === null) {
                    resolve(answer);
                } else {
                    reject(new Error(error.details));
                }
            });
        });
    }
}

function checked(answer: proto.CheckResponse): { inputs: unknown; failures: string[] } {
    return {
        inputs: answer.getInputs()?.toJavaScript(),
        failures: answer
            .getFailuresList()
            .map((failure) => `${failure.getProperty()}: ${failure.getReason()}`)
            .sort(),
    };
}

/** A URN of a resource type. */
export function urnOf(type: string, name = "probe"): string {
    return `urn:pulumi:test::portcullis::${type}::${name}`;
}

/**
 * Stands between the engine and a policy pack. The engine starts a pack and then tells it the stack's configuration;
 * the SDK's runner wants the configuration in the environment when it starts. So the engine is given this server's
 * port, the configuration is awaited, the pack is started with it, and every other call is handed on unchanged.
 */
import {
    Client,
    type ClientUnaryCall,
    type MethodDefinition,
    type ServiceError,
    Server,
    ServerCredentials,
    credentials,
    type handleUnaryCall,
    status,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    AnalyzerHandshakeResponse,
    type AnalyzerStackConfigureRequest,
    AnalyzerStackConfigureResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";

const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** The time that calls under way may take to end once the pack is gone (ms). */
const shutdownMs = 1000;

/** A method whose messages pass through as they are: taking hundreds of them apart costs more than the policies. */
function unread(method: { readonly path: string }): MethodDefinition<Buffer, Buffer> {
    const same = (message: Buffer): Buffer => message;
    return {
        path: method.path,
        requestStream: false,
        responseStream: false,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
    };
}

const service = {
    handshake: AnalyzerService.handshake,
    configureStack: AnalyzerService.configureStack,
    analyze: unread(AnalyzerService.analyze),
    analyzeStack: unread(AnalyzerService.analyzeStack),
    remediate: unread(AnalyzerService.remediate),
    getAnalyzerInfo: unread(AnalyzerService.getAnalyzerInfo),
    getPluginInfo: unread(AnalyzerService.getPluginInfo),
    configure: unread(AnalyzerService.configure),
    cancel: unread(AnalyzerService.cancel),
};

/** A promise and the means to keep it. */
class Later<T> {
    readonly promise: Promise<T>;
    resolve!: (value: T) => void;
    reject!: (reason: Error) => void;

    constructor() {
        this.promise = new Promise((resolve, reject) => {
            this.resolve = resolve;
            this.reject = reject;
        });
        // A pack that ends before anyone asks is reported by its own end.
        this.promise.catch(() => undefined);
    }
}

/** One policy pack's proxy. */
export class PolicyProxy {
    private readonly server = new Server(unlimited);
    private readonly configured = new Later<AnalyzerStackConfigureRequest | undefined>();
    private readonly pack = new Later<Client>();

    /** Starts to listen. @returns the port on the loopback */
    listen(): Promise<number> {
        this.server.addService(service, {
            handshake: ((_call, callback) => {
                callback(null, new AnalyzerHandshakeResponse());
            }) satisfies handleUnaryCall<unknown, AnalyzerHandshakeResponse>,
            configureStack: ((call, callback) => {
                this.configured.resolve(call.request);
                callback(null, new AnalyzerStackConfigureResponse());
            }) satisfies handleUnaryCall<AnalyzerStackConfigureRequest, AnalyzerStackConfigureResponse>,
            analyze: this.handOn(service.analyze),
            analyzeStack: this.handOn(service.analyzeStack),
            remediate: this.handOn(service.remediate),
            getAnalyzerInfo: this.handOn(service.getAnalyzerInfo),
            getPluginInfo: this.handOn(service.getPluginInfo),
            configure: this.handOn(service.configure),
            cancel: this.handOn(service.cancel),
        });
        return new Promise((resolve, reject) => {
            this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
                if (error) {
                    reject(error);
                } else {
                    resolve(port);
                }
            });
        });
    }

    /** The engine's words on the stack; undefined when the engine asks something else first (`policy publish`). */
    configuration(): Promise<AnalyzerStackConfigureRequest | undefined> {
        return this.configured.promise;
    }

    /** Hands on all calls to a pack at this port, after telling it the configuration (old packs do not know it). */
    async attach(port: number): Promise<void> {
        const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), unlimited);
        const configuration = await this.configured.promise;
        if (configuration !== undefined) {
            await forward(client, AnalyzerService.configureStack, configuration).catch((error: unknown) => {
                if (!isStatus(error) || error.code !== status.UNIMPLEMENTED) {
                    throw error;
                }
            });
        }
        this.pack.resolve(client);
    }

    /** Ends the proxy; calls that wait for the pack fail with the reason. */
    close(reason: string): void {
        const error = new Error(reason);
        this.configured.reject(error);
        this.pack.reject(error);
        this.pack.promise.then(
            (client) => {
                client.close();
            },
            () => undefined,
        );
        // The failures above are still on their way out.
        this.server.tryShutdown(() => undefined);
        setTimeout(() => {
            this.server.forceShutdown();
        }, shutdownMs).unref();
    }

    private handOn<Q, A>(method: MethodDefinition<Q, A>): handleUnaryCall<Q, A> {
        return (call, callback) => {
            this.configured.resolve(undefined);
            this.pack.promise
                .then((client) => forward(client, method, call.request))
                .then(
                    (answer) => {
                        callback(null, answer);
                    },
                    (error: unknown) => {
                        callback(
                            isStatus(error) ? error : { code: status.UNAVAILABLE, details: String(error) },
                        );
                    },
                );
        };
    }
}

function isStatus(error: unknown): error is ServiceError {
    return error instanceof Error && "code" in error && typeof error.code === "number";
}

function forward<Q, A>(client: Client, method: MethodDefinition<Q, A>, request: Q): Promise<A> {
    return new Promise((resolve, reject) => {
        const done = (error: ServiceError | null, answer?: A): void => {
            if (error === null && answer !== undefined) {
                resolve(answer);
            } else {
                reject(error ?? new Error(`${method.path}: no answer`));
            }
        };
        const call: ClientUnaryCall = client.makeUnaryRequest(
            method.path,
            method.requestSerialize,
            method.responseDeserialize,
            request,
            done,
        );
        call.on("error", () => undefined);
    });
}

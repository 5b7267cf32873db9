/** The way back to the engine: messages to its log, and the news that it is gone. */
import { type Client, connectivityState, credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Severity } from "./resource";

/** The time to wait for an engine that has just started the plugin, on a machine that may be busy (ms). */
const startMs = 60_000;
/** A lost connection to an engine on the same machine comes back within this time, or the engine is gone (ms). */
const reconnectMs = 2000;

const severities: Record<Severity, LogSeverity> = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
    error: LogSeverity.ERROR,
};

/** A connection to the engine that started the plugin. */
export class Engine {
    private readonly client: EngineClient;

    /** @param address host:port, as the engine gave it. */
    constructor(address: string) {
        this.client = new EngineClient(address, credentials.createInsecure(), {
            "grpc.max_send_message_length": -1,
        });
    }

    /** Sends one message; a message that cannot be delivered goes to standard error, which the engine records. */
    log(severity: Severity, urn: string, message: string, ephemeral: boolean): Promise<void> {
        const request = new LogRequest();
        request.setSeverity(severities[severity]);
        request.setUrn(urn);
        // The engine refuses text that is not UTF-8; JavaScript may hold lone surrogates.
        request.setMessage(Buffer.from(message, "utf8").toString("utf8"));
        request.setEphemeral(ephemeral);
        return new Promise((resolve) => {
            this.client.log(request, (error) => {
                if (error) {
                    console.error(message);
                }
                resolve();
            });
        });
    }

    /** Calls back once when the engine, having been there, cannot be reached any more. */
    whenGone(callback: () => void): void {
        this.client.waitForReady(Date.now() + startMs, (error) => {
            if (error) {
                callback();
            } else {
                watch(this.client, callback);
            }
        });
    }

    close(): void {
        this.client.close();
    }
}

function watch(client: Client, gone: () => void): void {
    client.getChannel().watchConnectivityState(connectivityState.READY, Infinity, () => {
        client.waitForReady(Date.now() + reconnectMs, (error) => {
            if (error) {
                gone();
            } else {
                watch(client, gone);
            }
        });
    });
}

/** Sends messages of one operation one after the other, so that they arrive in order. */
export class Messages {
    private last: Promise<void> = Promise.resolve();

    constructor(
        private readonly engine: Engine | undefined,
        private readonly urn: string,
    ) {}

    send(severity: Severity, message: string, ephemeral: boolean): void {
        const engine = this.engine;
        if (engine === undefined) {
            console.error(message);
            return;
        }
        this.last = this.last.then(() => engine.log(severity, this.urn, message, ephemeral));
    }

    /** Resolves when all messages sent so far have arrived. */
    flush(): Promise<void> {
        return this.last;
    }
}

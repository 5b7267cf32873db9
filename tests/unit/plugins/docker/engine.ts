/** Docker engines for tests: one that lets everything through and writes it down, and one that plays that back. */
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { buffer } from "node:stream/consumers";

/** One request and what the engine said to it. Bodies are JSON, or text in base64. */
export interface Exchange {
    step: string;
    method: string;
    /** Without the API's version, and with the query. */
    path: string;
    body?: unknown;
    status: number;
    answer?: unknown;
    raw?: string;
}

/** An engine on a socket of its own. */
abstract class EngineSocket {
    /** Where it is reached. */
    readonly host: string;
    protected readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "ptc-engine-"));
    private readonly server: http.Server;

    constructor() {
        const socket = path.join(this.folder, "sock");
        this.host = `unix://${socket}`;
        this.server = http.createServer((request, response) => {
            this.handle(request, response).catch((error: unknown) => {
                response.writeHead(500, { "Content-Type": "application/json" });
                response.end(JSON.stringify({ message: String(error) }));
            });
        });
        this.server.listen(socket);
    }

    /** Ends every connection, as an engine that is restarted does. */
    hangUp(): void {
        this.server.closeAllConnections();
    }

    close(): void {
        this.hangUp();
        this.server.close();
        fs.rmSync(this.folder, { recursive: true });
    }

    protected abstract handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void>;
}

/** Passes everything on to a real engine, and writes it down. */
export class EngineTap extends EngineSocket {
    readonly exchanges: Exchange[] = [];
    step = "";

    /** @param target the socket of the real engine. */
    constructor(private readonly target: string) {
        super();
    }

    protected override async handle(
        request: http.IncomingMessage,
        response: http.ServerResponse,
    ): Promise<void> {
        const sent = await buffer(request);
        const { method = "GET", url = "/", headers } = request;
        const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
            const onward = http.request({ socketPath: this.target, method, path: url, headers }, resolve);
            onward.on("error", reject);
            onward.end(sent);
        });
        const received = await buffer(answer);
        const text = received.toString();
        const json = parse(text);
        this.exchanges.push({
            step: this.step,
            method,
            path: withoutVersion(url),
            ...(sent.length > 0 ? { body: parse(sent.toString()) } : {}),
            status: answer.statusCode ?? 0,
            ...(json !== undefined ? { answer: json } : {}),
            ...(json === undefined && text !== "" ? { raw: received.toString("base64") } : {}),
        });
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.end(received);
    }
}

/** Answers as a real engine once did. */
export class EngineReplay extends EngineSocket {
    readonly received: { step: string; method: string; path: string; body: unknown }[] = [];
    step = "";
    private gone = false;
    private exchanges: readonly Exchange[] = [];

    /** From now on answers as that conversation went. */
    play(exchanges: readonly Exchange[]): void {
        this.exchanges = exchanges;
        this.received.length = 0;
        this.gone = false;
        this.step = "";
    }

    protected override async handle(
        request: http.IncomingMessage,
        response: http.ServerResponse,
    ): Promise<void> {
        const sent = (await buffer(request)).toString();
        const { method = "GET", url = "/" } = request;
        const wanted = withoutVersion(url);
        this.received.push({ step: this.step, method, path: wanted, body: parse(sent) });
        const found = this.find(method, wanted);
        if (method === "DELETE") {
            this.gone = true;
        }
        if (found === undefined) {
            response.writeHead(404, { "Content-Type": "application/json" });
            response.end(
                JSON.stringify({
                    message: `No such container: nothing was recorded for ${method} ${wanted}`,
                }),
            );
            return;
        }
        const body =
            found.raw === undefined ? JSON.stringify(found.answer) : Buffer.from(found.raw, "base64");
        response.writeHead(found.status, { "Content-Type": "application/json" });
        response.end(found.answer === undefined && found.raw === undefined ? undefined : body);
    }

    /** The last answer of this step, or of the latest step before it that had one. */
    private find(method: string, wanted: string): Exchange | undefined {
        const removed = this.gone && wanted !== "/version" && !wanted.startsWith("/images/");
        const same = (item: Exchange): boolean => item.method === method && bare(item.path) === bare(wanted);
        const recorded = this.exchanges.filter(same);
        const inStep = recorded.filter((item) => item.step === this.step);
        return inStep.at(-1) ?? (removed ? undefined : recorded.at(-1));
    }
}

/** Plugins ask for the same with other queries; what they ask is compared on its own. */
function bare(requestPath: string): string {
    return requestPath.replace(/\?.*$/, "");
}

function withoutVersion(url: string): string {
    return url.replace(/^\/v\d+\.\d+/, "");
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

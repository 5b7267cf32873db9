import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root, type TestHost } from "./stack";

/** The engine's answer. */
export interface EngineAnswer {
    readonly status: number;
    readonly body: string;
}

/** The socket of a disposable host's engine, over SSH, for requests that no client would send. */
export class EngineSocket {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-"));
    private readonly socket = path.join(this.folder, "docker.sock");
    private readonly ssh: ChildProcess;

    constructor(host: TestHost) {
        const keys = path.join(root, host.folder);
        const options = [
            "-F",
            "none",
            "-i",
            `${keys}/id_ed25519`,
            "-o",
            `UserKnownHostsFile=${keys}/known_hosts`,
        ];
        const forward = ["-N", "-L", `${this.socket}:/run/docker.sock`, `root@${host.address}`];
        this.ssh = spawn("ssh", [...options, ...forward], { stdio: "ignore" });
    }

    async ready(): Promise<void> {
        for (let tries = 0; tries < 200 && !fs.existsSync(this.socket); tries++) {
            await sleep(100);
        }
        assert.ok(fs.existsSync(this.socket), "SSH does not forward the engine's socket");
    }

    close(): void {
        this.ssh.kill();
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    /**
     * Sends the bytes of a request, and reads its answer to the end. The engine may answer, and hang up, before it has
     * read the whole request; where that comes between two writes the answer is lost, and the request is sent again.
     */
    async raw(request: string): Promise<EngineAnswer> {
        for (let tries = 1; ; tries++) {
            try {
                return await this.once(request);
            } catch (error) {
                const hungUp = error instanceof Error && /EPIPE|ECONNRESET/.test(error.message);
                if (!hungUp || tries === 20) {
                    throw error;
                }
            }
        }
    }

    private once(request: string): Promise<EngineAnswer> {
        return new Promise((resolve, reject) => {
            const connection = net.connect(this.socket);
            let answer = "";
            connection.setEncoding("utf8").on("data", (text: string) => (answer += text));
            connection.on("error", (error) => {
                if (answer === "") {
                    reject(error);
                }
            });
            connection.on("close", () => {
                const [head = "", ...rest] = answer.split("\r\n\r\n");
                resolve({ status: Number(head.split(" ")[1] ?? 0), body: rest.join("\r\n\r\n") });
            });
            connection.write(request);
        });
    }

    /** Sends a request with a JSON body. @param line e.g. `POST /containers/create` */
    json(line: string, body: string): Promise<EngineAnswer> {
        const length = Buffer.byteLength(body);
        return this.raw(
            `${request(line)}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
        );
    }
}

/** The first lines of a request; the header goes on after them. */
export function request(line: string): string {
    return `${line} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n`;
}

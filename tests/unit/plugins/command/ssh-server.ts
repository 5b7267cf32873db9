/** An SSH server on the loopback that runs commands with sh: enough of one to test a client against. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { generatePrivateKey } from "sshpk";
import { type Connection, Server, type ServerChannel, type Session, utils } from "ssh2";

/** The only environment variable that the server accepts. */
export const acceptedVariable = "ACCEPTED";
export const serverPassword = "correct horse";

/** A pair of keys, as files of OpenSSH. One in 200 that ssh2 itself generates cannot be parsed. */
function newKeys(): { readonly private: string; readonly public: string } {
    const key = generatePrivateKey("ed25519");
    return { private: key.toString("openssh"), public: key.toPublic().toString("ssh") };
}

/** A running server, its keys and what it was asked for. */
export class SshServer {
    readonly commands: string[] = [];
    readonly signals: string[] = [];
    private readonly server: Server;
    private readonly connections = new Set<Connection>();
    readonly hostKey = newKeys();
    readonly userKey = newKeys();

    constructor() {
        this.server = new Server({ hostKeys: [this.hostKey.private] }, (connection) => {
            this.connections.add(connection);
            connection.on("error", () => undefined);
            this.serve(connection);
        });
    }

    /** Starts listening; the answer is the port. */
    async listen(): Promise<number> {
        this.server.listen(0, "127.0.0.1");
        await once(this.server, "listening");
        const address: unknown = this.server.address();
        if (typeof address !== "object" || address === null || !("port" in address)) {
            throw new Error("the SSH server does not listen on a port");
        }
        return Number(address.port);
    }

    async close(): Promise<void> {
        for (const connection of this.connections) {
            connection.end();
        }
        await new Promise<void>((resolve) => {
            this.server.close(() => {
                resolve();
            });
        });
    }

    private serve(connection: Connection): void {
        const userKey = utils.parseKey(this.userKey.public);
        connection.on("authentication", (login) => {
            const right =
                (login.method === "password" && login.password === serverPassword) ||
                (login.method === "publickey" &&
                    !(userKey instanceof Error) &&
                    !Array.isArray(userKey) &&
                    login.key.data.equals(userKey.getPublicSSH()) &&
                    (login.signature === undefined ||
                        login.blob === undefined ||
                        userKey.verify(login.blob, login.signature, login.hashAlgo)));
            if (right) {
                login.accept();
            } else {
                login.reject(["publickey", "password"]);
            }
        });
        connection.on("session", (accept) => {
            this.serveSession(accept());
        });
    }

    private serveSession(session: Session): void {
        const env: NodeJS.ProcessEnv = { ...process.env };
        session.on("env", (accept, reject, info) => {
            if (info.key === acceptedVariable) {
                env[info.key] = info.val;
                accept();
            } else {
                reject();
            }
        });
        session.on("signal", (_accept, _reject, info) => {
            this.signals.push(info.name);
        });
        session.on("exec", (accept, _reject, info) => {
            this.commands.push(info.command);
            run(accept(), info.command, env);
        });
    }
}

function run(channel: ServerChannel, command: string, env: NodeJS.ProcessEnv): void {
    const child = spawn("/bin/sh", ["-c", command], { env, detached: true, stdio: "pipe" });
    child.stdin.on("error", () => undefined);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.on("close", (code, signal) => {
        if (signal === null) {
            channel.exit(code ?? 0);
        } else {
            channel.exit(signal.replace(/^SIG/, ""));
        }
        channel.end();
    });
}

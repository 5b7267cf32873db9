/** Opens an SSH connection, with retries, as the official plugin does. */
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { Client, type ServerHostKeyAlgorithm } from "ssh2";
import { ProviderError } from "../../lib/errors";
import type { ResourceContext } from "../../lib/resource";
import { systemError, systemErrorCode } from "../go";
import type { ConnectionArguments } from "../types";
import { Authentication } from "./authentication";
import { type HostKey, parseHostKey, parsePrivateKey } from "./keys";
import { reasonOf } from "../../../../text/reason";

/** Delays between attempts (ms): each this much longer than the one before. */
const firstDelayMs = 100;
const backoff = 1.5;
const longestDelayMs = 5000;

/**
 * Connects and logs in.
 * @throws Error when the keys cannot be read, or when all attempts have failed.
 */
export async function dial(ctx: ResourceContext<unknown>, connection: ConnectionArguments): Promise<Client> {
    const hostKey = connection.hostKey === undefined ? undefined : parseHostKey(connection.hostKey);
    const { privateKey, privateKeyPassword } = connection;
    const key = privateKey === undefined ? undefined : parsePrivateKey(privateKey, privateKeyPassword);
    const agent = connection.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
    if (agent !== undefined) {
        checkAgent(agent);
    }
    return retry(ctx, connection.dialErrorLimit, () =>
        connectOnce(ctx.signal, connection, hostKey, new Authentication(connection, key, agent)),
    );
}

async function retry(
    ctx: ResourceContext<unknown>,
    limit: number,
    attempt: () => Promise<Client>,
): Promise<Client> {
    let delay = firstDelayMs;
    for (let failures = 1; ; failures++) {
        try {
            return await attempt();
        } catch (error) {
            const reason = reasonOf(error);
            if (limit > -1 && failures > limit) {
                throw new Error(`after ${String(failures - 1)} failed attempts: ${reason}`, { cause: error });
            }
            ctx.status(
                "info",
                `Dial ${String(failures)}/${limit === -1 ? "inf" : String(limit)} failed: retrying`,
            );
        }
        await sleep(delay, undefined, { signal: ctx.signal }).catch(() => undefined);
        if (ctx.signal.aborted) {
            throw cancelled(ctx.signal);
        }
        delay = Math.min(delay * backoff, longestDelayMs);
    }
}

/** The error of an operation that was ended from outside. */
export function cancelled(signal: AbortSignal): ProviderError {
    const reason = signal.reason instanceof Error ? signal.reason.message : "context canceled";
    const code = reason === "context canceled" ? status.CANCELLED : status.DEADLINE_EXCEEDED;
    return new ProviderError(code, reason);
}

function checkAgent(socket: string): void {
    try {
        fs.statSync(socket);
    } catch (error) {
        throw new Error(`dial unix ${socket}: connect: ${systemError(error)}`, { cause: error });
    }
}

async function connectOnce(
    signal: AbortSignal,
    connection: ConnectionArguments,
    hostKey: HostKey | undefined,
    authentication: Authentication,
): Promise<Client> {
    const socket = await connectTcp(connection, signal);
    const client = new Client();
    const server = { hostKeyRefused: false, hostKeyTypes: "" };
    const abort = (): void => {
        socket.destroy();
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
        await new Promise<void>((resolve, reject) => {
            client.once("ready", resolve);
            client.on("error", reject);
            client.once("close", () => {
                reject(new Error("EOF"));
            });
            client.connect({
                sock: socket,
                username: connection.user,
                // The official plugin sets no limit on the handshake; a cancellation ends it.
                readyTimeout: 0,
                authHandler: authentication.next,
                ...(hostKey === undefined
                    ? {}
                    : { algorithms: { serverHostKey: [asAlgorithm(hostKey.type)] } }),
                // The only place where the library tells what the server offers.
                debug: (message) => {
                    server.hostKeyTypes =
                        /\(remote\) Host key format: (\S+)/.exec(message)?.[1] ?? server.hostKeyTypes;
                },
                hostVerifier: (blob: Buffer) => {
                    server.hostKeyRefused = hostKey !== undefined && !blob.equals(hostKey.blob);
                    return !server.hostKeyRefused;
                },
            });
        });
        return client;
    } catch (error) {
        socket.destroy();
        const reason = server.hostKeyRefused
            ? "ssh: host key mismatch"
            : handshakeError(error, authentication, hostKey?.type, server.hostKeyTypes);
        throw new Error(`ssh: handshake failed: ${reason}`, { cause: error });
    } finally {
        signal.removeEventListener("abort", abort);
    }
}

/** The algorithms of a host key that can be asked for by the key's type. */
const algorithms: ServerHostKeyAlgorithm[] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "ssh-dss",
];

function asAlgorithm(type: string): ServerHostKeyAlgorithm {
    const algorithm = algorithms.find((known) => known === type);
    if (algorithm === undefined) {
        throw new Error(
            `host keys of type ${type} are not supported: give hostKey as one of ${algorithms.join(", ")}`,
        );
    }
    return algorithm;
}

function handshakeError(
    error: unknown,
    authentication: Authentication,
    pinnedType: string | undefined,
    offeredTypes: string,
): string {
    const message = reasonOf(error);
    if (message.startsWith("All configured authentication methods failed")) {
        const attempted = authentication.attempted.join(" ");
        return `ssh: unable to authenticate, attempted methods [${attempted}], no supported methods remain`;
    }
    if (message.includes("no matching host key format")) {
        const offered = offeredTypes.replaceAll(",", " ");
        return (
            "ssh: no common algorithm for host key; " +
            `we offered: [${pinnedType ?? "all"}], peer offered: [${offered}]`
        );
    }
    return message === "Connection lost before handshake" ? "EOF" : systemError(error);
}

/** Opens the TCP connection; the errors carry the texts of Go's net package. */
async function connectTcp(connection: ConnectionArguments, signal: AbortSignal): Promise<net.Socket> {
    const { host, port, perDialTimeout } = connection;
    if (port < 0 || port > 65535) {
        throw new Error(`dial tcp: address ${String(port)}: invalid port`);
    }
    const socket = net.connect({ host, port });
    const timer = perDialTimeout > 0 ? setTimeout(expire, perDialTimeout * 1000) : undefined;
    function expire(): void {
        socket.destroy(new Error("i/o timeout"));
    }
    try {
        await once(socket, "connect", { signal });
        socket.setNoDelay(true);
        return socket;
    } catch (error) {
        socket.destroy();
        throw new Error(dialError(error, host, port), { cause: error });
    } finally {
        clearTimeout(timer);
    }
}

function dialError(error: unknown, host: string, port: number): string {
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
    const code = systemErrorCode(first);
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
        return `dial tcp: lookup ${host}: no such host`;
    }
    const address =
        first instanceof Error && "address" in first && typeof first.address === "string"
            ? first.address
            : host;
    if (first instanceof Error && first.name === "AbortError") {
        return `dial tcp ${host}:${String(port)}: operation was canceled`;
    }
    const endpoint = `${address.includes(":") ? `[${address}]` : address}:${String(port)}`;
    return `dial tcp ${endpoint}: ${code?.startsWith("E") ? "connect: " : ""}${systemError(first)}`;
}

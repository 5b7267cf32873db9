/**
 * An ability of the SSH library that it does not offer: requests whose answer counts (environment variables). The parts
 * are checked when used, so that another version of the library fails with a clear error.
 */
import type { Client } from "ssh2";

interface Protocol {
    env(channel: number, name: string, value: string, wantReply: boolean): void;
    exec(channel: number, command: string, wantReply: boolean): void;
}

interface Channel {
    outgoing: { id: number };
    _callbacks: ((refused: boolean) => void)[];
}

/** The channel of a connection's first command. */
const firstChannel = 0;

/** A connection's session channel, below the library's stream. */
export class SessionChannel {
    private readonly protocol: Protocol;
    private id: number | undefined;

    constructor(private readonly client: Client) {
        this.protocol = protocolOf(client);
    }

    /**
     * Has something done on the channel after the channel was opened and before the command is started in it.
     * Where the task fails, the command is not started and `failed` is called.
     */
    beforeExec(prepare: () => Promise<void>, failed: (error: unknown) => void): void {
        const exec = this.protocol.exec.bind(this.protocol);
        this.protocol.exec = (id, command, wantReply) => {
            this.protocol.exec = exec;
            this.id = id;
            const channel = channelOf(this.client, id);
            const callbacks = channel._callbacks.splice(0);
            prepare().then(() => {
                channel._callbacks.push(...callbacks);
                exec(id, command, wantReply);
            }, failed);
        };
    }

    /** Sets an environment variable; false when the server refuses. */
    setEnvironment(name: string, value: string): Promise<boolean> {
        return new Promise((resolve) => {
            const id = this.id ?? firstChannel;
            channelOf(this.client, id)._callbacks.push((refused) => {
                resolve(!refused);
            });
            this.protocol.env(id, name, value, true);
        });
    }
}

function protocolOf(client: Client): Protocol {
    const protocol = property(client, "_protocol");
    if (!isProtocol(protocol)) {
        throw unfit("_protocol");
    }
    return protocol;
}

function channelOf(client: Client, outgoingId: number): Channel {
    const manager = property(client, "_chanMgr");
    if (!isManager(manager)) {
        throw unfit("_chanMgr");
    }
    const channel = manager.get(firstChannel);
    if (!isChannel(channel) || channel.outgoing.id !== outgoingId) {
        throw unfit("channel");
    }
    return channel;
}

function property(target: object, name: string): unknown {
    return Object.entries(target).find(([key]) => key === name)?.[1];
}

function isProtocol(value: unknown): value is Protocol {
    return hasMethods(value, ["env", "exec"]);
}

function isManager(value: unknown): value is { get(id: number): unknown } {
    return hasMethods(value, ["get"]);
}

function hasMethods(value: unknown, names: string[]): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        names.every((name) => typeof Reflect.get(value, name) === "function")
    );
}

function isChannel(value: unknown): value is Channel {
    return (
        typeof value === "object" &&
        value !== null &&
        "_callbacks" in value &&
        Array.isArray(value._callbacks) &&
        "outgoing" in value &&
        typeof value.outgoing === "object" &&
        value.outgoing !== null &&
        "id" in value.outgoing
    );
}

function unfit(what: string): Error {
    return new Error(
        `the ssh2 library has no usable ${what}: install the version of it that package.json names (npm ci)`,
    );
}

/** The order in which login methods are tried: the order of the Go library behind the official plugin. */
import type { AnyAuthMethod, KeyboardInteractiveAuthMethod, ParsedKey } from "ssh2";
import type { ConnectionArguments } from "../types";

/** One connection's login: key, password, the server's questions, agent; each method that the server allows, once. */
export class Authentication {
    /** The methods tried so far. */
    readonly attempted: string[] = [];
    private readonly methods: AnyAuthMethod[];

    constructor(
        private readonly connection: ConnectionArguments,
        key: ParsedKey | undefined,
        agent: string | undefined,
    ) {
        const username = connection.user;
        const { password } = connection;
        this.methods = [
            ...(key === undefined ? [] : [{ type: "publickey" as const, username, key }]),
            ...(password === undefined
                ? []
                : [
                      { type: "password" as const, username, password },
                      { type: "keyboard-interactive" as const, username, prompt: this.answer },
                  ]),
            ...(agent === undefined ? [] : [{ type: "agent" as const, username, agent }]),
        ];
    }

    /** The method to try next; `left` is null before the first answer of the server. */
    readonly next = (left: string[] | null): AnyAuthMethod | false => {
        if (left === null) {
            this.attempted.push("none");
            return { type: "none", username: this.connection.user };
        }
        const method = this.methods.find((candidate) => {
            const name = protocolName(candidate);
            return left.includes(name) && !this.attempted.includes(name);
        });
        if (method === undefined) {
            return false;
        }
        this.attempted.push(protocolName(method));
        return method;
    };

    /** Answers each of the server's questions with the password. */
    private readonly answer: KeyboardInteractiveAuthMethod["prompt"] = (
        _name,
        _instructions,
        _language,
        prompts,
        finish,
    ) => {
        finish(prompts.map(() => this.connection.password ?? ""));
    };
}

/** An agent's keys are public keys to the server. */
function protocolName(method: AnyAuthMethod): string {
    return method.type === "agent" ? "publickey" : method.type;
}

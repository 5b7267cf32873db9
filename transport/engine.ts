/** The Docker Engine's API, over SSH or over the socket of this machine. */
import * as http from "node:http";
import { inspect } from "node:util";
import Docker from "dockerode";
import { SshAgent } from "./dial-stdio";
import { dialCommand, type Target } from "./target";

/** Largest number of connections at a time; each connection is an SSH session, and a process on the host. */
const sshConnections = 4;
const socketConnections = 8;

/** A client of a host's engine. */
export interface EngineClient {
    readonly docker: Docker;
    /** Ends the client's connections. */
    readonly close: () => void;
}

/** A client of a host's engine; it connects with its first request. */
export function engineClient(target: Target): EngineClient {
    const agent = agentOf(target);
    // The types of dockerode leave the agent out.
    const options: ConstructorParameters<typeof Docker>[0] & { agent: http.Agent } = {
        protocol: "http",
        socketPath: target.kind === "unix" ? target.path : undefined,
        // Where the agent makes the connection the name is only the Host header.
        host: target.kind === "unix" ? undefined : "docker.example.com",
        port: undefined,
        agent,
    };
    return {
        docker: new Docker(options),
        close: () => {
            agent.destroy();
        },
    };
}

function agentOf(target: Target): http.Agent {
    const agent =
        target.kind === "unix"
            ? new http.Agent({ keepAlive: true, maxSockets: socketConnections })
            : new SshAgent(dialCommand(target));
    if (target.kind === "ssh") {
        agent.maxSockets = sshConnections;
    }
    // docker-modem prints its options, agent and all that waits in it, for a debug log at each request.
    return Object.assign(agent, { [inspect.custom]: () => "agent" });
}

/** Clients of the Docker Engine: one for each configuration, tried out before its first use. */
import * as http from "node:http";
import Docker from "dockerode";
import type { DockerConfig } from "../config";
import { type Host, sshCommand } from "../../../../transport/address";
import { SshAgent } from "../../../../transport/dial-stdio";
import { reasonOf } from "../../../../text/reason";

/** The newest version of the API that docker 5.2.0's own client speaks. */
const newestApi = [1, 51] as const;

const clients = new Map<string, Promise<Docker>>();

/** A client that has reached the engine. A failure is not kept: the next call tries again. */
export async function connect(config: DockerConfig): Promise<Docker> {
    const { host } = config;
    if (host === undefined) {
        throw new Error("docker provider: the host is not known yet, so no engine can be asked");
    }
    const key = JSON.stringify([host, config.sshOpts]);
    const known = clients.get(key) ?? open(host, config);
    clients.set(key, known);
    try {
        return await known;
    } catch (error) {
        clients.delete(key);
        throw error;
    }
}

async function open(host: Host, config: DockerConfig): Promise<Docker> {
    const options = transport(host, config.sshOpts);
    const version = await apiVersion(new Docker(options), config.address ?? "");
    return new Docker({ ...options, version });
}

type Options = ConstructorParameters<typeof Docker>[0] & { agent?: http.Agent };

/** Every setting is given, so that none is taken from the environment. */
function transport(host: Host, sshOpts: readonly string[]): Options {
    switch (host.kind) {
        case "unix":
            return {
                socketPath: host.path,
                host: undefined,
                port: undefined,
                protocol: "http",
                agent: new http.Agent(),
            };
        case "tcp":
            return {
                socketPath: undefined,
                host: host.host,
                port: host.port,
                protocol: "http",
                agent: new http.Agent(),
            };
        case "ssh":
            return {
                socketPath: undefined,
                // The agent makes the connection, so the name is only the Host header.
                host: "docker.example.com",
                port: undefined,
                protocol: "http",
                agent: new SshAgent(sshCommand(host, sshOpts)),
            };
    }
}

/** The newest version of the API that both sides speak, as `v1.41`. */
async function apiVersion(docker: Docker, address: string): Promise<string> {
    try {
        const { ApiVersion } = await docker.version();
        const [major = 1, minor = 24] = ApiVersion.split(".").map(Number);
        const [newestMajor, newestMinor] = newestApi;
        const newer = major > newestMajor || (major === newestMajor && minor > newestMinor);
        return `v${newer ? newestApi.join(".") : ApiVersion}`;
    } catch (error) {
        const problem = reasonOf(error);
        throw new Error(
            `the Docker engine at ${address} cannot be reached: ${problem}; ` +
                "check that the host is up, that its engine runs, and that you may use it",
            { cause: error },
        );
    }
}

/** Docker Hub's name in logins, beside the one that references have. */
const hubServer = "https://index.docker.io/v1/";

/** The server of a registry's login, as Docker's client and the engine's API name it. */
export function loginServer(registry: string): string {
    return registry === "docker.io" ? hubServer : registry;
}

/** Renders the `config.json` of a Docker client that may log in to one registry, as clairctl reads it too. */
export function renderClientConfig(registry: string, username: string, password: string): string {
    return JSON.stringify({
        auths: {
            [loginServer(registry)]: { auth: Buffer.from(`${username}:${password}`).toString("base64") },
        },
    });
}

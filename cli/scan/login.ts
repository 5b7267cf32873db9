/** Logins to private registries, from a file or standard input; never from an argument. */
import { z } from "zod";
import { loginServer, renderClientConfig } from "../../transport/client-config";

/** A login to a registry; secret. */
export interface Login {
    readonly username: string;
    readonly password: string;
}

/** Gives the login to a registry, `registry.example.org:5000` or `docker.io`; undefined where there is none. */
export type Logins = (server: string) => Login | undefined;

const loginSchema = z.strictObject({ username: z.string().min(1), password: z.string().min(1) });

const configSchema = z.object({
    auths: z.record(
        z.string(),
        z.object({
            auth: z.string().optional(),
            username: z.string().optional(),
            password: z.string().optional(),
        }),
    ),
});

const wanted =
    'expected {"username":…,"password":…}, or the config.json of a Docker client with the login in `auths`';

function loginOf(key: string, entry: z.infer<typeof configSchema>["auths"][string], what: string): Login {
    const [username = "", ...rest] = Buffer.from(entry.auth ?? "", "base64")
        .toString("utf8")
        .split(":");
    const parsed = loginSchema.safeParse({
        username: entry.username ?? username,
        password: entry.password ?? rest.join(":"),
    });
    if (!parsed.success) {
        throw new Error(
            `${what}: the entry ${key} of \`auths\` holds no user name with a password (a token, or a login that a helper keeps, cannot be used); ${wanted}`,
        );
    }
    return parsed.data;
}

/** `registry.example.org` of `https://registry.example.org/v2/`. */
const serverOf = (key: string): string => key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");

/**
 * Reads logins. No message has a part of the text.
 *
 * @param what the text's source, for messages
 * @param servers the registries of all images that are to be scanned
 * @throws Error where the text is neither form, or one login stands for several registries
 */
export function parseLogins(text: string, what: string, servers: readonly string[]): Logins {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Error(`${what} is no JSON; ${wanted}`);
    }
    const one = loginSchema.safeParse(value);
    if (one.success) {
        const different = [...new Set(servers)];
        if (different.length !== 1) {
            throw new Error(
                `${what} has one login, and the images are of ${different.length === 0 ? "no registry" : `several registries (${different.join(", ")})`}: ` +
                    "give the config.json of a Docker client, which names the registry of each login",
            );
        }
        return (server) => (server === different[0] ? one.data : undefined);
    }
    const config = configSchema.safeParse(value);
    if (!config.success) {
        throw new Error(`${what} holds no login; ${wanted}`);
    }
    const entries = Object.entries(config.data.auths);
    return (server) => {
        const found = entries.find(([key]) => key === loginServer(server) || serverOf(key) === server);
        return found && loginOf(found[0], found[1], what);
    };
}

/** config.json of a Docker client that has this login, or none. */
export function clientConfig(server: string, login: Login | undefined): string {
    if (login === undefined) {
        return JSON.stringify({ auths: {} });
    }
    return renderClientConfig(server, login.username, login.password);
}

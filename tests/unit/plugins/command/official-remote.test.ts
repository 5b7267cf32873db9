import { type Wire, type Plugin, ok, part } from "../lib/driver";
import { compareWithOfficial, stopPlugins } from "../lib/scenario";
import { each, normalize, secret } from "./common";
import { acceptedVariable, serverPassword, SshServer } from "./ssh-server";

const remote = "urn:pulumi:dev::proj::command:remote:Command::web";

/** A host key of a type that the server does not have. */
const ecdsaHostKey =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBE+n3v0e5cLtCUwAHkr0H6JFrBoScf5P6xPa8p0l" +
    "PyrVZRY9vgzYX/M+8AuX6TW1vr4IB72s52miuI13NsjQ6Uc=";

describe("the command plugin, over SSH, answers as the official one", function () {
    this.timeout(60_000);
    after(stopPlugins);

    it("to remote runs", async () => {
        const server = new SshServer();
        const port = await server.listen();
        const other = new SshServer();
        const connection = {
            host: "127.0.0.1",
            port,
            user: "root",
            privateKey: server.userKey.private,
            hostKey: server.hostKey.public,
            dialErrorLimit: 1,
            perDialTimeout: 5,
        };
        const run = async (plugin: Plugin, inputs: Wire, changes: Wire = {}): Promise<unknown> => {
            const answer = await plugin.create(remote, {
                connection: secret({ ...connection, ...changes }),
                ...inputs,
            });
            if ("ok" in answer) {
                const { stdout, stderr } = part(ok(answer), "properties");
                return { stdout, stderr };
            }
            return answer;
        };
        const scenario = async (plugin: Plugin): Promise<Record<string, unknown>> => {
            const answers = await each(
                {
                    plain: { create: "echo out; echo err >&2" },
                    stdin: { create: "cat", stdin: secret("a\nb") },
                    "exit status": { create: "echo out; exit 3" },
                    killed: { create: "kill -9 $$" },
                    "accepted variable": {
                        create: `echo $${acceptedVariable}`,
                        environment: { [acceptedVariable]: "v" },
                    },
                    "refused variable": { create: "echo ran", environment: { REFUSED: "v" } },
                    "no text": { create: "printf '\\377'" },
                },
                (inputs) => run(plugin, inputs),
            );
            const connections: Record<string, Wire> = {
                password: { privateKey: null, password: serverPassword },
                "wrong host key": { hostKey: other.hostKey.public },
                "host key that is none": { hostKey: "ssh-ed25519" },
                "host key of another type": { hostKey: ecdsaHostKey },
                "wrong key": { privateKey: other.userKey.private },
                "key that is none": { privateKey: "key" },
                refused: { port: 1, dialErrorLimit: 0 },
                "port too high": { port: 70_000, dialErrorLimit: 0 },
            };
            for (const [name, changes] of Object.entries(connections)) {
                answers[name] = await run(plugin, { create: "true" }, changes);
            }
            const state = { connection: secret(connection), stdout: "old", stderr: "", delete: "exit 5" };
            plugin.logs.length = 0;
            answers["delete"] = await plugin.delete(remote, "id", {}, state);
            answers["delete logs"] = [...plugin.logs];
            return answers;
        };
        try {
            await compareWithOfficial("command", "run remote", scenario, normalize);
        } finally {
            await server.close();
        }
    });
});

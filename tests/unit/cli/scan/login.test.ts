import assert from "node:assert/strict";
import { clientConfig, parseLogins } from "../../../../cli/scan/login";

const auth = (text: string) => Buffer.from(text).toString("base64");

describe("logins of --login-file", () => {
    const one = JSON.stringify({ username: "guest", password: "pass:word" });
    const login = { username: "guest", password: "pass:word" };

    it("are one login for the one registry of all images", () => {
        const logins = parseLogins(one, "login.json", ["r.example.org", "r.example.org"]);
        assert.deepEqual(logins("r.example.org"), login);
        assert.equal(logins("docker.io"), undefined);
    });

    it("are those of a Docker client, by the registry", () => {
        const config = {
            auths: {
                "https://r.example.org/v2/": { auth: auth("guest:pass:word") },
                "https://index.docker.io/v1/": { username: "hub", password: "x" },
                "tokens.example.org": { identitytoken: "t" },
            },
            credsStore: "desktop",
        };
        const logins = parseLogins(JSON.stringify(config), "config.json", []);
        assert.deepEqual(logins("r.example.org"), login);
        assert.deepEqual(logins("docker.io"), { username: "hub", password: "x" });
        assert.equal(logins("other.example.org"), undefined);
        assert.throws(
            () => logins("tokens.example.org"),
            /config\.json: the entry tokens\.example\.org .*token/,
        );
    });

    it("are refused in any other form, and no message has a part of them", () => {
        const wrong: [string, string[], RegExp][] = [
            ["the-secret", [], /login\.json is no JSON/],
            ['{"password": the-secret}', [], /login\.json is no JSON/],
            ['{"username":"u","password":"the-secret","more":1}', ["r"], /login\.json holds no login/],
            ['{"username":"","password":"the-secret"}', ["r"], /login\.json holds no login/],
            ['"the-secret"', ["r"], /login\.json holds no login/],
            ['{"username":"u","password":"the-secret"}', [], /the images are of no registry/],
            ['{"username":"u","password":"the-secret"}', ["a.x", "b.x"], /several registries \(a\.x, b\.x\)/],
        ];
        for (const [text, servers, message] of wrong) {
            assert.throws(
                () => parseLogins(text, "login.json", servers),
                (error: Error) => message.test(error.message) && !error.message.includes("the-secret"),
                text,
            );
        }
        const broken = parseLogins(
            JSON.stringify({ auths: { r: { auth: auth("the-secret") } } }),
            "config.json",
            [],
        );
        assert.throws(
            () => broken("r"),
            (error: Error) =>
                /no user name with a password/.test(error.message) && !error.message.includes("the-secret"),
        );
    });

    it("go to the host as the config.json of a Docker client, for the one registry", () => {
        assert.deepEqual(JSON.parse(clientConfig("r.example.org", login)), {
            auths: { "r.example.org": { auth: auth("guest:pass:word") } },
        });
        assert.deepEqual(
            Object.keys((JSON.parse(clientConfig("docker.io", login)) as { auths: object }).auths),
            ["https://index.docker.io/v1/"],
        );
        assert.deepEqual(JSON.parse(clientConfig("docker.io", undefined)), { auths: {} });
    });
});

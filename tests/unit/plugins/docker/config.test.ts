import assert from "node:assert/strict";
import { checkConfig, diffConfig, parseConfig } from "../../../../toolchain/plugins/docker/config";
import { parseHost, sshCommand } from "../../../../transport/address";
import { unknownValue } from "../../../../toolchain/plugins/lib/resource";

describe("the docker provider's configuration", () => {
    it("takes the host from the input, else from DOCKER_HOST, else the local socket", () => {
        const env = { DOCKER_HOST: "tcp://127.0.0.1:2375" };
        assert.equal(parseConfig({ host: "unix:///a" }, env).address, "unix:///a");
        assert.equal(parseConfig({}, env).address, "tcp://127.0.0.1:2375");
        assert.equal(parseConfig({}, {}).address, "unix:///var/run/docker.sock");
    });

    it("takes sshOpts as JSON, as a list, or from DOCKER_SSH_OPTS", () => {
        const host = "ssh://root@192.0.2.1";
        const options = ["-i", "/a key", "-o", "UserKnownHostsFile=/k"];
        assert.deepEqual(parseConfig({ host, sshOpts: JSON.stringify(options) }, {}).sshOpts, options);
        assert.deepEqual(parseConfig({ host, sshOpts: options }, {}).sshOpts, options);
        assert.deepEqual(parseConfig({ host }, { DOCKER_SSH_OPTS: " -p  2222 " }).sshOpts, ["-p", "2222"]);
    });

    it("can be without a host for as long as the host is not known", () => {
        assert.equal(
            parseConfig({ host: unknownValue, sshOpts: unknownValue }, { DOCKER_HOST: "unix:///a" }).host,
            undefined,
        );
    });

    const wrong: [Record<string, unknown>, RegExp][] = [
        [{ registryAuth: "[{}]" }, /'registryAuth' is an input of the official docker plugin/],
        [{ hots: "unix:///a" }, /'hots' is no input of the docker provider/],
        [{ sshOpts: "-i key" }, /sshOpts is no list of strings/],
        [{ host: "http://a" }, /transport http:\/\/ is not known; give unix/],
        [{ host: "ssh://root:secret@a" }, /password/],
        [{ host: "unix://relative" }, /not absolute/],
        [{ host: "nothing" }, /not a URL/],
    ];
    for (const [inputs, message] of wrong) {
        it(`refuses ${JSON.stringify(inputs)}`, () => {
            assert.throws(() => parseConfig(inputs, {}), message);
            assert.match(checkConfig(inputs).failures[0]?.reason ?? "", message);
        });
    }

    it("takes the settings that the SDK always passes", () => {
        const inputs = {
            host: "unix:///a",
            registryAuth: "[]",
            disableDockerDaemonCheck: "false",
            version: "5.2.0",
        };
        assert.deepEqual(checkConfig(inputs), { inputs, failures: [] });
    });

    it("tells that a change of host changes the provider, and replaces nothing", () => {
        const diff = diffConfig(
            { host: "unix:///a", version: "5.1.0" },
            { host: "unix:///b", sshOpts: "[]" },
        );
        assert.deepEqual(diff.detailed, { host: "update", sshOpts: "add" });
        assert.deepEqual([diff.changes, diff.replaces], [true, []]);
        assert.equal(diffConfig({ host: "unix:///a" }, { host: "unix:///a" }).changes, false);
    });
});

describe("the way to an engine over SSH", () => {
    const command = (address: string, options: string[] = []): string => {
        const host = parseHost(address);
        assert.equal(host.kind, "ssh");
        return sshCommand(host, options).join(" ");
    };

    it("is the command that Docker's own client runs", () => {
        assert.equal(
            command("ssh://root@192.0.2.1:2222", ["-i", "key"]),
            "ssh -l root -p 2222 -i key -o ConnectTimeout=30 -T -- 192.0.2.1 docker system dial-stdio",
        );
        assert.equal(command("ssh://host"), "ssh -o ConnectTimeout=30 -T -- host docker system dial-stdio");
    });

    it("keeps a time limit and a terminal setting that are given", () => {
        const options = ["-o", "ConnectTimeout=5", "-tt"];
        assert.equal(
            command("ssh://h", options),
            "ssh -o ConnectTimeout=5 -tt -- h docker system dial-stdio",
        );
    });

    it("names another socket on the host so that no shell there can read more into it", () => {
        const text = command("ssh://h/run/a;b.sock");
        assert.ok(
            text.endsWith(String.raw`-- h docker --host\=unix\:///run/a\;b.sock system dial-stdio`),
            text,
        );
    });

    it("knows IPv6 addresses and users with an @", () => {
        assert.deepEqual(parseHost("ssh://a%40b@[2001:db8::1]:22"), {
            kind: "ssh",
            host: "2001:db8::1",
            user: "a@b",
            port: 22,
            socket: undefined,
        });
    });
});

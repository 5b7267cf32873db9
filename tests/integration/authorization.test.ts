import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renderDaemonJson } from "../../components/host/daemon";
import { authorizationFactsSchema } from "../../outputs/host";
import { parseOutput } from "../../outputs/parse";
import { toolkitFolder } from "../../components/toolkit/scripts";
import { assertDenied, assertPluginGone, assertTooLarge, idOf } from "../support/authorization-answers";
import {
    accepted,
    body,
    denied,
    deniedCommands,
    deniedRequests,
    pastNamespaces,
} from "../support/authorization-requests";
import { EngineSocket, request } from "../support/engine-socket";
import { bootHost, installLine, loadRedis, pluginFile } from "../support/hardening";
import { someSettings } from "../support/host";
import { root, TestHost } from "../support/stack";

const engine = { authorizationPlugin: pluginFile };
const brokenProgram = "#!/bin/sh\nexit 1\n";

for (const [name, release, subnet] of [
    ["authz", "trixie", "10.213.72.0/29"],
    ["authz12", "bookworm", "10.213.73.0/29"],
] as const) {
    describe(`the authorization plugin on ${release}`, () => {
        const host = new TestHost(name, release, subnet);
        let socket: EngineSocket;

        /** Runs one of the host's scripts, with a file or a text on its standard input. */
        const script = (line: string, input: string | Buffer = "") =>
            spawnSync("lab/lab", ["ssh", name, `${toolkitFolder}/${line}`], {
                cwd: root,
                encoding: "utf8",
                input,
            });
        const run = (line: string, input?: string | Buffer): string => {
            const ended = script(line, input);
            assert.equal(ended.status, 0, ended.stderr);
            return ended.stdout;
        };
        const program = () => fs.readFileSync(path.join(root, pluginFile));
        const install = () => run(installLine("/var/lib/docker", program()), program());
        const configure = (change: Record<string, unknown>) =>
            run("configure-engine.sh no no", renderDaemonJson(someSettings({ engine: change }).engine));

        const remove = async (answer: string): Promise<void> => {
            const { status } = await socket.raw(`${request(`DELETE /containers/${idOf(answer)}?v=1`)}\r\n`);
            assert.equal(status, 204, answer);
        };
        before(async () => {
            await bootHost(host);
            host.read("ln -s /etc /srv/link");
            configure({});
            loadRedis(host);
            socket = new EngineSocket(host);
            await socket.ready();
        });

        after(() => {
            socket.close();
            host.down();
        });

        it("is needed: without it the engine carries out what undoes the hardening", async () => {
            for (const [, line, hostConfig, without = 201] of denied) {
                const answer = await socket.json(line, body(hostConfig));
                assert.equal(answer.status, without, `${line} ${hostConfig}: ${answer.body}`);
                if (without === 201) {
                    await remove(answer.body);
                }
            }
            // The same one level up, as engines before 28 take it.
            const answer = await socket.json(
                "POST /containers/create",
                '{"Image":"portcullis/redis:lab","UsernsMode":"host"}',
            );
            assert.equal(
                host.read(`docker inspect -f '{{.HostConfig.UsernsMode}}' ${idOf(answer.body)}`),
                "host",
            );
            await remove(answer.body);
            assert.match(run("prove-userns.sh"), /"deleteWithUsernsHost":"deleted"/);
        });

        it("is needed: user namespaces do not hold what the engine itself does as the host's root", () => {
            host.read(pastNamespaces);
        });

        it("leaves nothing where its program does not answer", () => {
            const ended = script(installLine("/var/lib/docker", brokenProgram), brokenProgram);
            assert.notEqual(ended.status, 0);
            assert.match(ended.stderr, /does not answer, and was removed again/);
            assertPluginGone(host);
        });

        it("is installed before the engine asks it, and is confined", () => {
            const files = parseOutput(authorizationFactsSchema, "install-authorization.sh", install());
            assert.equal(Object.keys(files).length, 6);
            host.read(
                `sha256sum --check --strict <<'EOF'\n${Object.entries(files)
                    .map(([file, sha256]) => `${sha256}  ${file}\n`)
                    .join("")}EOF\n`,
            );
            configure(engine);
            assert.equal(
                host.read("docker info -f '{{json .Plugins.Authorization}}'"),
                '["portcullis-authorization"]',
            );
            assert.equal(
                host.read("stat -c '%a %U' /run/docker/plugins/portcullis-authorization.sock"),
                "600 root",
            );
            const pid = host.read("systemctl show -P MainPID portcullis-authorization");
            assert.match(
                host
                    .read(`grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/${pid}/status`)
                    .replace(/\s+/g, " "),
                /^CapEff: 0+ CapBnd: 0+ NoNewPrivs: 1 Seccomp: 2$/,
            );
            assert.equal(host.read(`ps -o user:20= -p ${pid}`), "portcullis-authz");
        });

        it("denies each of them, and says by which rule", async () => {
            for (const [rule, line, hostConfig] of denied) {
                assertDenied(rule, await socket.json(line, body(hostConfig)), `${line} ${hostConfig}`);
            }
            assertDenied(
                "host-user-namespace",
                await socket.json("POST /containers/create", '{"Image":"x","UsernsMode":"host"}'),
                "one level up",
            );
            for (const [rule, line, text] of deniedRequests) {
                assertDenied(rule, await socket.json(line, text), line);
            }
            for (const [rule, line] of deniedCommands) {
                const ended = host.sh(line);
                assert.notEqual(ended.status, 0, line);
                assert.match(ended.stderr, new RegExp(`portcullis-authorization: rule ${rule}: `), line);
            }
            host.read("docker rm bait");
            assert.equal(
                host.sh("docker run --rm --privileged --userns=host portcullis/redis:lab").status,
                125,
            );
            const journal = host.read("journalctl -u portcullis-authorization -o cat --no-pager");
            assert.match(journal, /^denied "POST" "\/v1\.40\/containers\/create": rule privileged$/m);
            assert.doesNotMatch(journal, /HostConfig|Image/);
        });

        it("denies what the engine does not show it, or only in part: CVE-2024-41110, CVE-2026-34040", async () => {
            const text = body('{"UsernsMode":"host"}');
            const large = `{"Env":["X=${"x".repeat(5 << 20)}"],${text.slice(1)}`;
            assertTooLarge(await socket.json("POST /containers/create", large));
            const json = `${request("POST /containers/create")}Content-Type: application/json\r\n`;
            const chunked = (part: string) =>
                `${json}Transfer-Encoding: chunked\r\n\r\n${part.length.toString(16)}\r\n${part}\r\n0\r\n\r\n`;
            assertDenied("host-user-namespace", await socket.raw(chunked(text)), "in chunks");
            assertTooLarge(await socket.raw(chunked(large)));
            assertDenied("unreadable", await socket.raw(`${json}Content-Length: 0\r\n\r\n`), "no body");
            assertDenied(
                "unreadable",
                await socket.raw(
                    `${request("POST /containers/create")}Content-Length: ${text.length}\r\n\r\n${text}`,
                ),
                "no type",
            );
            const form = "networkmode=host&remote=http://192.0.2.1/";
            assertDenied(
                "form-body",
                await socket.raw(
                    `${request("POST /build")}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
                ),
                "a form",
            );
            // What the engine answers with a redirect never reaches it: nothing is made.
            assert.equal((await socket.json("POST //containers/create", text)).status, 301);
            assert.equal(host.read("docker ps -aq"), "");
        });

        it("lets ordinary containers, volumes, networks and builds be", async () => {
            for (const hostConfig of accepted) {
                const answer = await socket.json("POST /containers/create", body(hostConfig));
                assert.equal(answer.status, 201, `${hostConfig}: ${answer.body}`);
                await remove(answer.body);
            }
            host.read(`
                docker network create own && docker volume create own
                docker run -d --name web --network own -v own:/data -p 127.0.0.1:7000:6379 portcullis/redis:lab
                docker exec web true && docker exec web cat /etc/passwd | docker exec -i web tee /tmp/passwd
                docker update --memory 100m --memory-swap 100m web && docker restart web && docker commit web own
                printf 'FROM own\\nRUN true\\n' | DOCKER_BUILDKIT=0 docker build -t built -
                docker rm -f web && docker volume rm own && docker network rm own && docker rmi built own`);
            assertDenied(
                "privileged",
                await socket.json("POST /containers/x/exec", '{"Privileged":true,"Cmd":["id"]}'),
                "exec",
            );
        });

        it("leaves the proof of the user namespaces whole", () => {
            const proof = run("prove-userns.sh");
            assert.match(
                proof,
                /"deleteWithUsernsHost":"refused by portcullis-authorization, rule host-user-namespace"/,
            );
            assert.match(proof, /Permission denied/);
        });

        it("survives kill -9 and an upgrade; requests wait meanwhile", async () => {
            host.read("systemctl kill -s KILL portcullis-authorization; docker ps");
            install();
            for (const [rule, line, hostConfig] of denied.slice(0, 3)) {
                assertDenied(rule, await socket.json(line, body(hostConfig)), hostConfig);
            }
            // A program that is no plugin is not kept.
            const ended = script(installLine("/var/lib/docker", brokenProgram), brokenProgram);
            assert.notEqual(ended.status, 0);
            assert.match(ended.stderr, /does not answer; the one before it was put back and does/);
            host.read("docker ps");
            const foreign = script(installLine("/var/lib/docker", "\x7fELF"), "\x7fELF");
            assert.match(foreign.stderr, /does not run on this host/);
            host.read("docker ps");
        });

        it("protects the engine's data where a link leads to it", async () => {
            host.read("mkdir -p /mnt/big/volumes && ln -s /mnt/big /srv/data");
            const mount = () =>
                socket.json("POST /containers/create", body('{"Binds":["/mnt/big/volumes:/x"]}'));
            await remove((await mount()).body);
            run(installLine("/srv/data", program()), program());
            assertDenied("host-paths", await mount(), "the folder behind the link");
            install();
        });

        it("fails closed while it is gone, for as long as it is", async () => {
            host.read("systemctl stop portcullis-authorization.socket portcullis-authorization.service");
            // The engine tries for half a minute.
            const answers = ["POST /containers/create", "GET /_ping"].map((line) =>
                socket.json(line, body("{}")),
            );
            for (const answer of await Promise.all(answers)) {
                assert.equal(answer.status, 500);
                assert.match(answer.body, /plugin portcullis-authorization failed with error/);
            }
            // The two ways back in of docs/authorization.md.
            host.read("systemctl start portcullis-authorization.socket && timeout 20 docker ps");
            host.read("systemctl stop portcullis-authorization.socket portcullis-authorization.service");
            host.read(
                `sed -i '/"authorization-plugins"/,/]/d' /etc/docker/daemon.json && systemctl reload docker`,
            );
            for (let tries = 0; tries < 20; tries++) {
                if (host.sh("timeout 2 docker ps").status !== 0) {
                    await sleep(500);
                }
            }
            host.read("timeout 2 docker ps");
            host.read("systemctl start portcullis-authorization.socket");
            configure(engine);
        });

        it("is there before the engine when both start, as after a reboot", async () => {
            host.read(
                "systemctl stop docker.socket docker portcullis-authorization.socket portcullis-authorization",
            );
            host.read("rm -rf /run/docker/plugins; systemctl start docker && docker ps");
            assertDenied(
                "host-user-namespace",
                await socket.json("POST /containers/create", body('{"UsernsMode":"host"}')),
                "after",
            );
            assert.equal(host.read("systemctl is-enabled portcullis-authorization.socket"), "enabled");
        });

        it("stays where it is until the engine no longer asks it, and then leaves nothing", () => {
            const early = script("remove-authorization.sh");
            assert.notEqual(early.status, 0);
            assert.match(early.stderr, /the engine still asks the authorization plugin/);
            configure({});
            run("remove-authorization.sh");
            assertPluginGone(host);
            assert.match(run("prove-userns.sh"), /"deleteWithUsernsHost":"deleted"/);
        });

        it("is taken back where the engine does not start with it", () => {
            configure({});
            const text = renderDaemonJson(someSettings({ engine }).engine);
            const ended = script("configure-engine.sh no no", text);
            assert.notEqual(ended.status, 0);
            assert.match(ended.stderr, /the old one was put back and runs/);
            host.read("docker ps");
        });
    });
}

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readSamples, sampleText, send, type Sample } from "../support/authorization-table";
import { EngineSocket, request, type EngineAnswer } from "../support/engine-socket";
import { bootHost, configureEngine, installPlugin, loadRedis, pluginFile } from "../support/hardening";
import { root, TestHost } from "../support/stack";

/**
 * Why these engines, on these hosts, refuse a sample without any plugin; part of the line or request → the engine's
 * words, and the reason. What is in none of them has to be carried out.
 */
const byItself: readonly (readonly [what: RegExp, words: RegExp, reason: string])[] = [
    [/systempaths|writable-cgroups/, /invalid --security-opt/, "options of newer engines, or of the client"],
    [/"Runtime"/, /unknown or invalid runtime|Unknown runtime specified/, "a runtime that is not there"],
    [/"(VolumeDriver|Driver|Name)":"other"/, /plugin \\?"other\\?" not found/, "a driver that is not there"],
    [/"Type":"(cluster|image)"/, /mount type unknown/, "mounts that only newer engines know"],
    [/new-folder/, /bind source path does not exist/, "an option that 20.10 does not know"],
    [
        /"syslog-address":"unix/,
        /unknown log opt 'syslog-address'/,
        "the default driver of this engine is another",
    ],
    [/ClusterVolumeSpec|"Driver":"overlay"/, /not a swarm manager/, "no swarm at that time"],
    [/"Scope":"swarm"/, /swarm is not active/, "no swarm at that time"],
    [/"Ingress":true/, /can only be global scope/, "no swarm at that time"],
    [/"Driver":"(macvlan|ipvlan)"/, /operation not supported/, "the kernel here has no such interfaces"],
    [/"Driver":"host"/, /only one instance of/, "the engine has one"],
    [/networks\/host\/connect/, /cannot be disconnected from host network/, "the engine's own rule"],
    [
        /"bridge.name":"lo"|bridge\.name/,
        /existing interface lo is not a bridge/,
        "no bridge of another is here",
    ],
    [/DefaultGatewayIPv4/, /auxiliary address/i, "the engine's own rule"],
    [/securityopt=/, /security options/, "for engines on Windows"],
    [/remote=git/, /failed to init repo/, "no git on this host"],
    [
        /checkpoint/,
        /criu|checkpoint|No such container|containers? .*state|already started/i,
        "no criu on this host",
    ],
    [/containers\/\*\/copy/, /^$|page not found/, "gone since API 1.24"],
    [/ps_args/, /ps: error/, "the host's ps was run, and did not know the words"],
    [
        /plugins\/(privileges|pull)/,
        /not found|no such|server gave HTTP|404/i,
        "the address was asked; it is no registry",
    ],
    [/plugins\/create/, /no rootfs found/, "the archive was unpacked; it is no plugin"],
    [/plugins\/sample/, /plugin \\?"sample/, "no such plugin"],
    [/swarm\/join/, /already part of a swarm/, "the sample before made one"],
    [/swarm\/unlock/, /swarm is not locked/, "it is not locked"],
    [/swarm\/update/, /update out of sequence/, "it was read; the number is another"],
    [/services\/\*\/update/, /mismatched Runtime/, "it was read; no such service"],
    [/nodes\/\*\/update/, /invalid Role/, "it was read; no such node"],
    [/(configs|secrets)\/\*\/update/, /(config|secret) sample not found/, "no such thing"],
    [/PUT \/volumes/, /volume sample not found|page not found/, "no such volume; 20.10 does not know it"],
];

/** Routes that one of these engines does not have, and answers without asking anyone. */
const gone = /^(POST \/containers\/bait\/copy|PUT \/volumes\/sample)\b/;

/** How many samples each engine has to carry out at least, so that reasons do not eat the test. */
const carriedOut = 105;

for (const [name, release, subnet] of [
    ["kinds", "trixie", "10.213.84.0/29"],
    ["kinds12", "bookworm", "10.213.85.0/29"],
] as const) {
    describe(`each thing that the authorization plugin denies, on ${release}`, () => {
        const host = new TestHost(name, release, subnet);
        const samples = readSamples();
        let socket: EngineSocket;

        const isDone = ({ status }: EngineAnswer): boolean => status >= 200 && status < 400;

        /** Takes away what a sample made, so that the next one finds what it did. */
        const clear = async (sample: Sample, { body }: EngineAnswer): Promise<void> => {
            if (sample.request === "POST /networks/web/connect") {
                await socket.json("POST /networks/web/disconnect", '{"Container":"bait","Force":true}');
            }
            const id = /"Id":"([0-9a-f]{64})"/.exec(body)?.[1];
            const made = sample.request.startsWith("POST /containers/create") ? `containers/${id ?? ""}` : "";
            const where = /^POST \/(volumes|networks)\/create/.exec(sample.request)?.[1];
            const left = where === undefined ? made : `${where}/sample`;
            if (left !== "") {
                await socket.raw(`${request(`DELETE /${left}?force=1`)}Content-Length: 0\r\n\r\n`);
            }
        };

        /** Why the engine itself does not carry out a sample; nothing where nobody knows. */
        const reason = (sample: Sample, answer: EngineAnswer): string | undefined => {
            const said = `${sample.line} ${sampleText(sample)}`;
            const words = answer.body.trim();
            return byItself.find(([what, expected]) => what.test(said) && expected.test(words))?.[2];
        };

        before(async () => {
            await bootHost(
                host,
                `mkdir -p /etc/docker && echo '{"experimental":true}' >/etc/docker/daemon.json && systemctl restart docker`,
            );
            host.read(fs.readFileSync(path.join(root, "tests/support/red-team/listeners.sh"), "utf8"));
            loadRedis(host);
            host.read("docker run -d --name bait portcullis/redis:lab && docker network create web");
            socket = new EngineSocket(host);
            await socket.ready();
        });

        after(() => {
            socket.close();
            host.down();
        });

        it("is carried out by an engine without it, or refused for a reason that is written down", async () => {
            const unexplained: string[] = [];
            let done = 0;
            // Drivers that are not there are looked for during 15 s.
            const slow = samples.filter((one) =>
                /"(VolumeDriver|Driver|Name)":"other"/.test(sampleText(one)),
            );
            const slowly = Promise.all(slow.map((one) => send(socket, one)));
            for (const sample of samples.filter((one) => !slow.includes(one))) {
                const answer = await send(socket, sample);
                await clear(sample, answer);
                if (isDone(answer)) {
                    done++;
                } else if (reason(sample, answer) === undefined) {
                    unexplained.push(`${answer.status} ${sampleText(sample)}: ${answer.body}`);
                }
            }
            for (const [at, answer] of (await slowly).entries()) {
                const sample = slow[at];
                assert.ok(sample !== undefined && reason(sample, answer) !== undefined, answer.body);
            }
            assert.deepEqual(unexplained, []);
            assert.ok(done >= carriedOut, `only ${done} of ${samples.length} were carried out`);
        });

        it("has fetched, on a caller's word, from where only the host reaches", () => {
            const reached = host.read("sort -u /root/reached").split("\n");
            assert.deepEqual(reached, ["127.0.0.1:7099", "169.254.169.254:80"]);
        });

        it("is refused with it, each by its rule", async () => {
            host.read("docker swarm leave --force; docker rm -f bait; docker system prune -af >/dev/null");
            installPlugin(host);
            configureEngine(host, { authorizationPlugin: pluginFile });
            const wrong: string[] = [];
            for (const sample of samples) {
                const answer = await send(socket, sample);
                const expected = `authorization denied by plugin portcullis-authorization: rule ${sample.rule}: `;
                const isGone = gone.test(sample.request) && /^$|page not found/.test(answer.body.trim());
                if (!isGone && (answer.status !== 403 || !answer.body.includes(expected))) {
                    wrong.push(`${sample.rule}: ${answer.status} ${sampleText(sample)}: ${answer.body}`);
                }
            }
            assert.deepEqual(wrong, []);
            assert.equal(
                host.read("docker ps -aq; docker volume ls -q; docker network ls -q --filter type=custom"),
                "",
            );
        });

        it("lets through what the settings except, until its last day", async () => {
            const except = { owner: "ops", reason: "a test" };
            loadRedis(host);
            const image = host.read("docker image inspect -f '{{.Id}}' portcullis/redis:lab");
            installPlugin(host, [
                { rule: "capabilities", name: "excepted", until: "2999-12-31", ...except },
                { rule: "devices", image, until: "2999-12-31", ...except },
                { rule: "host-uts", name: "excepted", until: "2026-01-31", ...except },
            ]);
            const create = (name: string, image: string, hostConfig: unknown) =>
                socket.json(
                    `POST /containers/create?name=${name}`,
                    JSON.stringify({ Image: image, HostConfig: hostConfig }),
                );
            const tag = "portcullis/redis:lab";
            const capability = { CapAdd: ["SYS_PTRACE"] };
            const device = { Devices: [{ PathOnHost: "/dev/full", PathInContainer: "/dev/full" }] };
            for (const [status, words, answer] of [
                [403, "rule capabilities", await create("other", tag, capability)],
                [403, "rule devices", await create("other", tag, device)],
                [
                    403,
                    "the exception of ops was until 2026-01-31",
                    await create("excepted", tag, { UTSMode: "host" }),
                ],
                [403, "rule capabilities", await create("other", image, { ...capability, ...device })],
                [201, "Id", await create("excepted", tag, capability)],
                [201, "Id", await create("other", image, device)],
            ] as const) {
                assert.equal(answer.status, status, answer.body);
                assert.ok(answer.body.includes(words), answer.body);
            }
            const journal = host.read("journalctl -u portcullis-authorization -o cat --no-pager");
            assert.match(journal, /^excepted "POST" "\/containers\/create": rule capabilities \(ops\)$/m);
        });
    });
}

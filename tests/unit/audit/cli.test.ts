import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { AuditError } from "../../../audit/error";
import type { AuditReport } from "../../../audit/model";
import { renderJson } from "../../../audit/report/docker-bench-json";
import { runAudit, type Ran } from "./cli-run";
import { declaration } from "./drift/sample";
import { check, report } from "./sample";

const warned = report([check("2.2", "PASS"), check("5.13", "WARN", { items: ["web"] })]);

describe("portcullis audit", () => {
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-audit-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function put(name: string, content: string): string {
        fs.writeFileSync(path.join(folder, name), content);
        return path.join(folder, name);
    }

    /** @param disagreed checks on which the real Docker Bench says INFO */
    const run = (
        words: string,
        found: AuditReport | Error = warned,
        disagreed: readonly string[] = [],
    ): Promise<Ran> => runAudit(folder, words, found, disagreed);

    const here = "--host unix:///run/docker.sock";

    it("ends with 0 within the gate, and with 1 over it", async () => {
        assert.equal((await run(here, report([check("2.2", "PASS")]))).code, 0);
        const over = await run(here);
        assert.equal(over.code, 1);
        assert.match(over.stdout, /Over the gate: 1\n {2}5\.13 WARN Title of 5\.13 \(web\)\. /);
        assert.equal(over.stderr, "");
    });

    it("throws, and prints no report, where the host could not be audited", async () => {
        const ran = await run(here, new AuditError("audit: no answer"));
        assert.deepEqual([ran.code, ran.stdout, ran.error], [undefined, "", "audit: no answer"]);
    });

    for (const [format, beginning] of [
        ["json", /^\{\n {2}"dockerbenchsecurity"/],
        ["sarif", /^\{\n {2}"\$schema"/],
        ["junit", /^<\?xml version/],
        ["html", /^<!doctype html>/i],
    ] as const) {
        it(`prints ${format} on standard output, and what is over the gate on standard error`, async () => {
            const ran = await run(`${here} --format ${format}`);
            assert.match(ran.stdout, beginning);
            assert.match(ran.stderr, /^portcullis: 5\.13 WARN Title of 5\.13 \(web\)\. .*\n$/);
            assert.equal(ran.code, 1);
        });
    }

    it("takes the gate from the command line", async () => {
        assert.equal((await run(`${here} --allow 4.5 --allow 2.12,5.13`)).code, 0);
        assert.equal((await run(`${here} --allow 5.13 --minimum-score 0`)).code, 0);
        const low = await run(`${here} --allow 5.13 --minimum-score 1`);
        assert.equal(low.code, 1);
        assert.match(low.stdout, /score 0 of 2 is below the minimum of 1/);
    });

    it("reads exceptions and a baseline", async () => {
        const exceptions = put(
            "exceptions.yaml",
            "- { check: '5.13', container: web, owner: team, reason: cache, expires: 2999-12-31 }\n",
        );
        const baseline = put("before.json", renderJson(report([check("2.2", "WARN")])));
        const ran = await run(`${here} --exceptions ${exceptions} --baseline ${baseline}`);
        assert.equal(ran.code, 0);
        assert.match(ran.stdout, /5\.13 web until 2999-12-31, team: cache/);
        assert.match(ran.stdout, /Before {3}-1 of 2, so \+1/);
    });

    it("fails on an exception that has expired", async () => {
        const exceptions = put(
            "expired.yaml",
            "- { check: '5.13', owner: team, reason: cache, expires: 2026-01-31 }\n",
        );
        const ran = await run(`${here} --exceptions ${exceptions} --allow 5.13`);
        assert.equal(ran.code, 1);
        assert.match(ran.stdout, /the exception for 5\.13 expired on 2026-01-31/);
    });

    it("says what is wrong before it asks the host", async () => {
        const broken = put("broken.yaml", "- check: 5.13\n");
        const notYaml = put("not.yaml", "a: [\n");
        const wrong: [string, RegExp][] = [
            [`${here} --exceptions ${broken}`, /broken\.yaml is no list of exceptions[\s\S]*in quotes/],
            [`${here} --exceptions ${notYaml}`, /not\.yaml is no YAML/],
            [`${here} --exceptions ${folder}/none`, /cannot read the exceptions: ENOENT/],
            [`${here} --baseline ${broken}`, /broken\.yaml is no JSON/],
            [`${here} --format xml`, /Allowed choices are table, json, sarif, junit, html/],
            [`${here} --allow 2.12,all`, /'all' is no id of a check/],
            [`${here} --minimum-score many`, /Expected a whole number/],
            [`${here} --timeout 0`, /Expected 1 to 3600 seconds/],
            ["--format json", /no host is named: give --host/],
            ["--host tcp://192.0.2.1:2375", /cannot be read over TCP/],
            [`--host ssh://root@192.0.2.1 --host-key ${broken}`, /without --identity/],
            [
                "--stack absent",
                /there is no stack absent: .*Pulumi\.absent\.yaml is missing; write .* README\.md/,
            ],
            ["--stack dev", /there is no stack dev: .* there is no disposable host: run `make up`/],
        ];
        for (const [words, message] of wrong) {
            const ran = await run(words);
            assert.match(ran.error, message, words);
            assert.equal(ran.asked, undefined, words);
        }
    });

    describe("beside the real Docker Bench", () => {
        const script = "--docker-bench script:/opt/docker-bench-security.sh";

        it("asks for none unless it is told to", async () => {
            assert.equal((await run(here)).asked?.options.dockerBench, undefined);
            const asked = (await run(`${here} ${script} --trusted-users alice,bob`)).asked?.options;
            assert.equal(asked?.dockerBench?.script, "/opt/docker-bench-security.sh");
            assert.equal(asked.dockerBench.timeoutSeconds, 600);
            assert.deepEqual(asked.trustedUsers, ["alice", "bob"]);
        });

        for (const [format, difference] of [
            ["table", /2\.2 +PASS here, INFO there/],
            ["json", /"theirs": "INFO"/],
            ["sarif", /"2\.2 Title of 2\.2: PASS here, INFO by Docker Bench/],
            ["junit", /2\.2 +PASS here, INFO there/],
            ["html", /<b class="INFO">INFO<\/b>/],
        ] as const) {
            it(`shows in ${format} what it says, and only notes a difference that nothing explains`, async () => {
                const agreed = await run(`${here} ${script} --format ${format} --allow 5.13`);
                const differs = await run(`${here} ${script} --format ${format} --allow 5.13`, warned, [
                    "2.2",
                ]);
                assert.deepEqual([agreed.code, differs.code], [0, 0]);
                assert.doesNotMatch(agreed.stdout, difference);
                assert.match(differs.stdout, difference);
                const notes = format === "table" ? differs.stdout : differs.stderr;
                assert.match(notes, /note:? 2\.2 Title of 2\.2: PASS here, INFO by Docker Bench/);
            });
        }

        it("has it in the JSON by a key of its own", async () => {
            const { stdout } = await run(`${here} ${script} --format json`, warned, ["2.2"]);
            const json: unknown = JSON.parse(stdout);
            assert.ok(typeof json === "object" && json !== null && "docker-bench" in json);
            assert.deepEqual(json["docker-bench"], {
                version: "1.6.0",
                score: -1,
                equal: 1,
                explained: [],
                unexplained: [{ id: "2.2", title: "Title of 2.2", ours: "PASS", theirs: "INFO" }],
            });
        });

        it("says what is expected where it is told something else", async () => {
            for (const [given, message] of [
                ["/opt/docker-bench-security.sh", /expected script:PATH/],
                ["script:docker-bench-security.sh", /expected the whole path/],
                ["image:$(id)", /expected an image reference/],
            ] as const) {
                assert.match((await run(`${here} --docker-bench ${given}`)).error, message);
            }
            assert.match((await run(`${here} --docker-bench`)).error, /has no portcullis:audit\.dockerBench/);
            assert.match((await run(`${here} --trusted-users a;b`)).error, /Expected names of users/);
        });
    });

    describe("of a stack", () => {
        before(() => {
            for (const stack of ["prod", "both"]) {
                fs.mkdirSync(path.join(folder, "reports", stack), { recursive: true });
                put(`reports/${stack}/declared.json`, JSON.stringify({ ...declaration, stack }));
            }
            put("host_key.pub", "ssh-ed25519 AAAAC3Nz root@gate\n");
            put(
                "Pulumi.prod.yaml",
                [
                    "config:",
                    "  portcullis:host: { address: 192.0.2.9, port: 2222, privateKeyFile: keys/id, hostKeyFile: host_key.pub }",
                    "  portcullis:audit:",
                    "    allowedWarnings: ['5.13']",
                    "    minimumScore: 0",
                ].join("\n"),
            );
        });

        it("takes its host, its key, its pinned host key and its gate", async () => {
            const ran = await run("--stack prod --timeout 5");
            assert.equal(ran.code, 0);
            assert.equal(ran.asked?.options.timeoutSeconds, 5);
            assert.equal(ran.asked.target.url, "ssh://root@192.0.2.9:2222");
            assert.ok(ran.asked.target.kind === "ssh");
            assert.deepEqual(ran.asked.target.options.slice(0, 2), ["-i", path.join(folder, "keys/id")]);
            assert.ok(
                ran.asked.target.options.includes("KnownHostsCommand=/bin/echo %H ssh-ed25519 AAAAC3Nz"),
            );
        });

        it("has what is expected of a stack allowed where its settings name nothing, and of no other host", async () => {
            fs.mkdirSync(path.join(folder, "reports", "shop"), { recursive: true });
            put("reports/shop/declared.json", JSON.stringify({ ...declaration, stack: "shop" }));
            const file = (audit: string): void => {
                put(
                    "Pulumi.shop.yaml",
                    "config:\n  portcullis:host: { address: 192.0.2.9, privateKeyFile: k, hostKey: ssh-ed25519 AAAAC3Nz }\n" +
                        `  portcullis:name: shop\n  portcullis:audit: ${audit}\n`,
                );
            };
            const published = (...items: string[]) => report([check("5.9", "WARN", { items })]);
            const own = published("shop-registry:5000");
            file("{}");
            assert.equal((await run("--stack shop", own)).code, 0);
            assert.equal((await run("--stack shop", published("portcullis-registry:5000"))).code, 1);
            assert.equal((await run("--host unix:///var/run/docker.sock", own)).code, 1);
            file("{ allowedWarnings: [] }");
            assert.equal((await run("--stack shop", own)).code, 1);
            // What the command line allows stands beside the default.
            file("{}");
            const more = report([
                check("5.9", "WARN", { items: ["shop-registry:5000"] }),
                check("2.12", "WARN"),
            ]);
            assert.equal((await run("--stack shop", more)).code, 1);
            assert.equal((await run("--stack shop --allow 2.12", more)).code, 0);
        });

        it("lets the command line go before it", async () => {
            const ran = await run(
                "--stack prod --host ssh://admin@192.0.2.10 --identity /k --minimum-score 9",
            );
            assert.equal(ran.code, 1);
            assert.equal(ran.asked?.target.url, "ssh://admin@192.0.2.10");
            assert.ok(ran.asked.target.kind === "ssh");
            assert.deepEqual(ran.asked.target.options.slice(0, 2), ["-i", "/k"]);
        });

        it("takes its Docker Bench where it is told to, and fails on a difference where the stack enforces", async () => {
            const stack = (enforce: boolean) =>
                put(
                    "Pulumi.both.yaml",
                    [
                        "config:",
                        "  portcullis:host: { address: 192.0.2.9, privateKeyFile: k, hostKey: ssh-ed25519 AAAAC3Nz }",
                        "  portcullis:audit:",
                        "    allowedWarnings: ['5.13']",
                        "    trustedUsers: [alice]",
                        "    dockerBench: { image: docker-bench:1, timeoutSeconds: 90 }",
                        `    enforce: ${enforce}`,
                    ].join("\n"),
                );
            stack(false);
            assert.equal((await run("--stack both")).asked?.options.dockerBench, undefined);
            const noted = await run("--stack both --docker-bench", warned, ["2.2"]);
            assert.deepEqual(noted.asked?.options.dockerBench, {
                image: "docker-bench:1",
                timeoutSeconds: 90,
            });
            assert.deepEqual(noted.asked.options.trustedUsers, ["alice"]);
            assert.equal(noted.code, 0);
            stack(true);
            const failed = await run("--stack both --docker-bench", warned, ["2.2"]);
            assert.equal(failed.code, 1);
            assert.match(failed.stdout, /Over the gate: 1\n {2}2\.2 Title of 2\.2: PASS here, INFO by/);
            assert.equal((await run("--stack both --docker-bench")).code, 0);
        });
    });
});

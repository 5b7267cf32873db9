import assert from "node:assert/strict";
import * as fs from "node:fs";
import { IdsHost, range, remapUser } from "../../support/ids-host";

type Configured = Parameters<IdsHost["make"]>[0];

describe("the subordinate ids of a host", () => {
    let host: IdsHost;

    beforeEach(() => {
        host = new IdsHost();
    });
    afterEach(() => {
        host.remove();
    });

    describe("where dockremap has none", () => {
        const cases: readonly [string, Configured, number][] = [
            ["begin where Debian's begin", { subuid: "" }, 100000],
            ["begin there too where the files are not there", {}, 100000],
            ["come behind another user's", { subuid: "alice:100000:65536\n" }, 165536],
            [
                "come between those of others",
                { subuid: "b:400000:65536\na:100000:65536\n#c:165536:9\n" },
                165536,
            ],
            ["are clear of a line that overlaps the end only", { subuid: "a:165535:10\n" }, 165545],
            [
                "are clear of a line that is in /etc/subgid alone",
                { subuid: "", subgid: "a:1:100001\n" },
                100002,
            ],
            [
                "are clear of the range of podman's manual, which ends far above 2^31",
                { subuid: "containers:2147483647:2147483648\n" },
                100000,
            ],
            [
                "are clear of numbers that awk prints with an exponent",
                { subuid: "a:100000:1779048192\ncontainers:2147483647:2147483648\n" },
                1879048192,
            ],
            [
                "are clear of a user and of a group",
                { subuid: "", passwd: ["a:x:100007:100::/:/bin/sh"], group: ["b:x:150000:a"] },
                150001,
            ],
            [
                "are clear of a user's group that has no name",
                { subuid: "", passwd: ["a:x:9:101000::/:"] },
                101001,
            ],
            [
                "are clear of the ids that systemd gives containers",
                { subuid: "a:100000:400000\n" },
                1879048192,
            ],
            ["are clear of what useradd gives", { subuid: "", loginDefs: "UID_MAX 200000\n" }, 200001],
            [
                "are clear of a directory's users, whom getent need not list",
                { subuid: "", services: "passwd: files [NOTFOUND=continue] sss # all\ngroup: files\n" },
                2000224256,
            ],
        ];
        for (const [what, configured, first] of cases) {
            it(what, () => {
                host.put(configured);
                for (const [name, before = ""] of [
                    ["subuid", configured.subuid],
                    ["subgid", configured.subgid ?? configured.subuid],
                ] as const) {
                    assert.equal(host.text(name), before + range(first), name);
                }
            });
        }

        it("leave the last line of others whole where it has no end", () => {
            host.put({ subuid: "alice:100000:65536" });
            assert.equal(host.text("subuid"), `alice:100000:65536\n${range(165536)}`);
            assert.equal(host.text("subgid"), host.text("subuid"));
        });

        it("are those that it has in the other file, where they are free", () => {
            host.put({ subuid: range(300000), subgid: "" });
            assert.equal(host.text("subgid"), range(300000));
            host.put({ subuid: range(300000), subgid: "a:300005:1\n" });
            assert.equal(host.text("subgid"), `a:300005:1\n${range(100000)}`);
            assert.equal(host.text("subuid"), range(300000));
        });

        it("are those of volumes that are still in the engine's data, where they are free", () => {
            fs.mkdirSync(host.file("data/231072.231072/volumes"), { recursive: true });
            host.put({ subuid: "" });
            assert.equal(host.text("subuid"), range(100000));
            fs.mkdirSync(host.file("data/231072.231072/volumes/registry"));
            host.put({ subuid: "" });
            assert.equal(host.text("subuid"), range(231072));
            host.put({ subuid: "agent:231072:65536\n" });
            assert.equal(host.text("subuid"), `agent:231072:65536\n${range(100000)}`);
        });

        it("are refused where none are free", () => {
            const said = host.refused({ subuid: "a:65536:2147418112\n" });
            assert.match(said, /no 65536 ids below 2147352576 are free for containers/);
        });

        it("come into the file that a link leads to, and its mode stays", () => {
            host.make({ subuid: "" });
            fs.renameSync(host.file("subuid"), host.file("elsewhere"));
            fs.symlinkSync("elsewhere", host.file("subuid"));
            host.put();
            assert.equal(fs.readlinkSync(host.file("subuid")), "elsewhere");
            assert.equal(host.text("elsewhere"), range(100000));
            assert.equal(fs.statSync(host.file("elsewhere")).mode & 0o777, 0o640);
            assert.ok(!fs.readdirSync(host.folder).some((name) => name.endsWith(".portcullis-new")));
        });

        it("are not written at all where writing fails half way", () => {
            host.make({ subuid: "alice:100000:65536" });
            host.standIn("mv", "exit 1");
            assert.notEqual(host.run("check_ids; put_ids").status, 0);
            assert.equal(host.text("subuid"), "alice:100000:65536");
        });

        it("are refused where nobody tells who is on the host", () => {
            host.make({ subuid: "" });
            host.standIn("getent", "exit 2");
            const said = host.refused();
            assert.match(said, /'getent passwd' gives no answer within a minute.*\/etc\/nsswitch/);
            host.standIn("getent", `[ "$1" = passwd ] && cat ${host.file("passwd")} || exit 124`);
            assert.match(host.refused(), /'getent group' gives no answer/);
        });
    });

    describe("where dockremap has lines", () => {
        const free =
            /'dockremap:100000:65536' is free, as the one line for dockremap in each of the two files/;
        const cases: readonly [string, Configured, RegExp][] = [
            [
                "users' ids",
                { subuid: "dockremap:1000:65536\n" },
                /subuid: line 1 \(dockremap:1000:65536\) has ids of the users and services of the host/,
            ],
            ["root's ids", { subuid: "dockremap:0:65536\n" }, /line 1 .* has ids of the users and services/],
            [
                "too few ids",
                { subuid: "dockremap:5000:10000\n" },
                /line 1 \(dockremap:5000:10000\) has 10000 ids, and images count on 65536/,
            ],
            [
                "several lines",
                { subuid: "a:1000000:1\ndockremap:1000:1\ndockremap:500000:65536\n" },
                /the engine would put line 2 \(dockremap:1000:1\) and line 3 \(dockremap:500000:65536\) one behind the other/,
            ],
            [
                "a line by the user's number beside one by name",
                { subuid: `104:300000:65536\n${range(200000)}`, passwd: [remapUser] },
                /put line 1 \(104:300000:65536\) and line 2 /,
            ],
            [
                "a line by the user's number",
                { subuid: "104:300000:65536\n", passwd: [remapUser] },
                /line 1 \(104:300000:65536\) names dockremap by its number/,
            ],
            [
                "another user's range",
                { subuid: "dockremap:200000:65536\n1000:200001:1\n" },
                /line 1 .* has ids of line 2 \(1000:200001:1\)/,
            ],
            [
                "a user of the host",
                { subuid: range(200000), passwd: ["ann:x:265535:100::/:/bin/sh"] },
                /subuid: line 1 .* has ids of the user ann/,
            ],
            [
                "a group of the host",
                { subuid: range(200000), group: ["staff:x:200000:"] },
                /subgid: line 1 .* has ids of the group staff/,
            ],
            [
                "ids that useradd gives",
                { subuid: range(300000), loginDefs: "UID_MAX 400000\n" },
                /has ids of the users that useradd makes \(UID_MAX in .*login\.defs\)/,
            ],
            [
                "white space, which not all programs take away",
                { subuid: "dockremap:300000:65536\r\n" },
                /has white space around it/,
            ],
            [
                "ids that there are not",
                { subuid: "dockremap:4294901761:65536\n" },
                /ends above the largest id, 4294967294/,
            ],
        ];
        for (const [what, configured, said] of cases) {
            it(`are refused with ${what}, with the line to write`, () => {
                const refusal = host.refused(configured);
                assert.match(refusal, said);
                assert.match(
                    refusal,
                    configured.loginDefs === undefined ? free : /'dockremap:400001:65536' is free/,
                );
            });
        }

        it("are taken as they are where they are theirs alone, whatever the other file has", () => {
            const sane: readonly Configured[] = [
                { subuid: range(231072) },
                { subuid: range(500000), subgid: `a:500000:65536\n${range(600000)}` },
                { subuid: " a:1:5\r\n\n#x\n105:1:5\ndockremap:300000:131072", passwd: [remapUser] },
                { subuid: "dockremap:4294901758:65536", passwd: [remapUser] },
                { subuid: range(300000), services: "passwd: files sss\n" },
            ];
            for (const configured of sane) {
                host.put(configured);
                assert.equal(host.text("subuid"), configured.subuid);
                assert.equal(host.text("subgid"), configured.subgid ?? configured.subuid);
                assert.equal(host.text("kept/ranges"), undefined);
            }
        });

        it("are refused with a line of others with which an engine does not start, and without advice on dockremap", () => {
            for (const line of ["alice:100000", "alice:0x186a0:65536", "alice:0100000:9", ":1:2", "a:b"]) {
                const said = host.refused({ subuid: `${range(200000)}${line}\n` });
                assert.ok(said.includes(`line 2 (${line}) is not NAME:FIRST:COUNT`), said);
                assert.doesNotMatch(said, /is free/);
            }
        });

        it("are refused where the number that useradd gives has a line, and the user goes again", () => {
            host.make({ subuid: "104:300000:65536\n" });
            const ended = host.run("check_ids; put_ids");
            assert.equal(ended.status, 1);
            assert.match(ended.stderr, /begins with 104:/);
            assert.equal(host.text("subuid"), "104:300000:65536\n");
            assert.doesNotMatch(host.text("passwd") ?? "", /dockremap/);
            assert.equal(host.text("kept/user"), undefined);
        });
    });
});

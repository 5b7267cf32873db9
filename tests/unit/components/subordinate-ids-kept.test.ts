import assert from "node:assert/strict";
import * as fs from "node:fs";
import { IdsHost, range, remapUser } from "../../support/ids-host";

describe("the subordinate ids that a host has got", () => {
    let host: IdsHost;

    beforeEach(() => {
        host = new IdsHost();
    });
    afterEach(() => {
        host.remove();
    });

    describe("of an earlier run", () => {
        it("are put back where they were changed, and nothing else is", () => {
            host.put({ subuid: "alice:100000:65536\n" });
            fs.writeFileSync(host.file("subuid"), "dockremap:300000:65536\nalice:100000:65536\n");
            fs.rmSync(host.file("subgid"));
            const { stderr } = host.put();
            assert.match(stderr, /putting dockremap's range in .*subuid back: dockremap:165536:65536/);
            assert.equal(host.text("subuid"), `alice:100000:65536\n${range(165536)}`);
            assert.equal(host.text("subgid"), range(165536));
        });

        it("are not touched where they are as they were", () => {
            host.put({ subuid: "alice:100000:65536\n" });
            const before = host.listing();
            assert.equal(host.put().stderr, "");
            assert.deepEqual(
                host.listing().filter((line) => !line.startsWith("kept")),
                before.filter((line) => !line.startsWith("kept")),
            );
        });

        it("are refused where another user has got some of them, who is to have others", () => {
            host.put({ subuid: "" });
            fs.appendFileSync(host.file("subuid"), "alice:165535:65536\n");
            const said = host.refused();
            assert.match(said, /has ids of line 1 \(alice:165535:65536\).*give the others other ids/);
            assert.doesNotMatch(said, /is free/);
        });
    });

    describe("of a stack that an earlier version brought up", () => {
        /** A host whose lines of dockremap were taken as they were. */
        const stood = (subuid: string, more: Parameters<IdsHost["make"]>[0] = {}): void => {
            host.make({ subuid, ...more });
            for (const name of ["subuid", "subgid"]) {
                const own = subuid.split("\n").filter((line) => line.startsWith("dockremap:"));
                fs.writeFileSync(host.file(`kept/${name}`), own.map((line) => `${line}\n`).join(""));
            }
        };
        const two = `${range(300000)}${range(500000)}`;
        const faulty: readonly [string, string, Parameters<IdsHost["make"]>[0], RegExp][] = [
            ["users' ids", range(1000), {}, /has ids of the users and services of the host/],
            ["two lines", two, {}, /one behind the other/],
            ["useradd's ids", range(100000), { loginDefs: "UID_MAX 200000\n" }, /that useradd makes/],
        ];
        for (const [what, subuid, more, said] of faulty) {
            it(`are kept with ${what}, which is told with the way out`, () => {
                stood(subuid, more);
                const { stderr } = host.put();
                assert.match(stderr, said);
                assert.match(stderr, /warning: .*'\.\/pulumiw destroy --stack STACK', correct the line/);
                assert.deepEqual([host.text("subuid"), host.text("subgid")], [subuid, subuid]);
                assert.equal(host.run("check_ids; coming_ids").stdout.split(".")[0], /\d+/.exec(subuid)?.[0]);
            });

            it(`are refused with ${what} where somebody else has got some of them since`, () => {
                stood(subuid, more);
                const first = Number(/:(\d+):/.exec(subuid)?.[1]);
                fs.appendFileSync(host.file("subuid"), `alice:${first + 65535}:10\n`);
                assert.match(host.refused(), /has ids of line 1 \(alice:.*give the others other ids/);
                stood(subuid, { ...more, passwd: [`ann:x:${first + 65000}:100::/:/bin/sh`] });
                assert.match(host.refused(), /has ids of the user ann/);
            });

            it(`are refused with ${what} where they are not the lines in force`, () => {
                stood(subuid, more);
                fs.writeFileSync(host.file("subgid"), range(700000));
                assert.match(
                    host.refused(),
                    /belongs to the range of dockremap \(dockremap:\d+:65536.*put it back/,
                );
            });
        }

        it("are refused with a line of others that is wrong, and with one by dockremap's number", () => {
            stood(range(1000), { passwd: [remapUser] });
            fs.appendFileSync(host.file("subuid"), "alice:100000\n");
            assert.match(host.refused(), /\(alice:100000\) is not NAME:FIRST:COUNT/);
            stood(range(1000), { passwd: [remapUser] });
            fs.appendFileSync(host.file("subuid"), "104:300000:65536\n");
            assert.match(host.refused(), /names dockremap by its number/);
        });
    });

    describe("at the end", () => {
        const end = (retained = "") => {
            const ended = host.run(`restore_ids '${retained}'`);
            assert.equal(ended.status, 0, ended.stderr);
            return ended.stderr;
        };

        for (const before of ["alice:100000:65536", "alice:100000:65536\n", "", undefined]) {
            it(`are byte for byte what was there before: ${JSON.stringify(before)}`, () => {
                host.make(before === undefined ? {} : { subuid: before });
                for (const name of before === undefined ? [] : ["subuid", "subgid"]) {
                    fs.utimesSync(host.file(name), 1e9, 1e9);
                }
                host.put();
                end();
                assert.equal(host.text("subuid"), before);
                assert.equal(host.text("subgid"), before);
                assert.doesNotMatch(host.text("passwd") ?? "", /dockremap/);
                if (before !== undefined) {
                    assert.equal(fs.statSync(host.file("subuid")).mtimeMs, 1e12);
                    assert.equal(fs.statSync(host.file("subuid")).mode & 0o777, 0o640);
                }
            });
        }

        it("are as they are where an end that was cut off has put all back already", () => {
            host.put({ subuid: "alice:100000:65536" });
            end();
            // The user is gone, and the notes are not yet.
            end();
            assert.equal(host.text("subuid"), "alice:100000:65536");
            fs.rmSync(host.file("kept"), { recursive: true });
            fs.writeFileSync(host.file("subuid"), range(300000));
            end();
            assert.deepEqual(
                [host.text("subuid"), host.text("subgid")],
                [range(300000), "alice:100000:65536"],
            );
        });

        it("are without dockremap's line where others changed the file since", () => {
            host.put({ subuid: "alice:100000:65536" });
            fs.appendFileSync(host.file("subuid"), "bob:300000:65536");
            end();
            assert.equal(host.text("subuid"), "alice:100000:65536\nbob:300000:65536");
            assert.equal(host.text("subgid"), "alice:100000:65536");
        });

        it("are dockremap's still, where it had them before", () => {
            host.put({ subuid: range(300000), subgid: "" });
            end();
            assert.equal(host.text("subuid"), range(300000));
            assert.equal(host.text("subgid"), "");
        });

        it("stay where a volume is kept that belongs to them, and go with the next end", () => {
            host.put({ subuid: "alice:100000:65536" });
            fs.mkdirSync(host.file("data/165536.165536/volumes/registry"), { recursive: true });
            const retained = host.run("retained_volumes").stdout;
            assert.equal(retained, "registry \n");
            const both = host.text("subuid");
            assert.match(end(retained), /the lines of dockremap in .* stay, .*: registry/);
            assert.equal(host.text("subuid"), both);
            assert.match(host.text("passwd") ?? "", /dockremap/);
            host.put();
            fs.rmSync(host.file("data"), { recursive: true });
            assert.equal(host.run("retained_volumes").stdout, "");
            end();
            assert.equal(host.text("subuid"), "alice:100000:65536");
        });
    });
});

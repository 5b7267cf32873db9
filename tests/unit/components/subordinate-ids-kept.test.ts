import assert from "node:assert/strict";
import * as fs from "node:fs";
import { IdsHost, range } from "../../support/ids-host";

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

import assert from "node:assert/strict";
import { generationOf, lostOf, losses, parseLook } from "../../../components/presence/look";

const owner = { project: "portcullis", stack: "dev", id: "SHA256:a/b+c", generation: "g1" };

/** What look.sh prints of a host on which two steps left three things. */
function printed(change: { now?: readonly string[]; toolkit?: string; end?: string } = {}): string {
    const { now = [file, content, volume], toolkit = "g1 d1 d1", end = "end\t" } = change;
    return [
        "time\t1795778291",
        "machine\tm1",
        `owner\t${JSON.stringify(owner)}`,
        "engine\t26.1.5",
        `toolkit\t${toolkit}`,
        "receipt\tca\tgeneration\tg1",
        "receipt\tca\tundoable\tabc",
        "receipt\tca\tmade\tfile /etc/ca.crt",
        `receipt\tca\tfound\t${file}`,
        `receipt\tca\tfound\t${content}`,
        "receipt\tdata-owner\tgeneration\tg2",
        "receipt\tdata-owner\tmade\tvolume data",
        `receipt\tdata-owner\tfound\t${volume}`,
        "receipt\tproof\tgeneration\tg3",
        ...now.map((line) => `now\t${line}`),
        end,
        "",
    ].join("\n");
}

const file = "file /etc/ca.crt\tregular file 444 0 0";
const content = "content /etc/ca.crt\taaaa";
const volume = "volume data\t7 100 101000 101000";

describe("the look at a host", () => {
    it("tells whose the host is, and when the look was", () => {
        const look = parseLook(printed());
        assert.deepEqual(look.owner, owner);
        assert.deepEqual([look.machine, look.time, look.engine], ["m1", 1795778291, "26.1.5"]);
        assert.deepEqual(look.toolkit, { generation: "g1", installed: "d1", now: "d1" });
    });

    it("keeps the generation of each step whose things are as it left them, or that leaves nothing", () => {
        const look = parseLook(printed());
        assert.deepEqual(
            ["ca", "data-owner", "proof"].map((step) => generationOf(look, step, "new")),
            ["g1", "g2", "g3"],
        );
        assert.deepEqual(losses(look), []);
    });

    it("gives a new one to a step of which a thing is gone or changed, or whose receipt is, and to no other", () => {
        for (const [now, lost, told] of [
            [[content, volume], ["file /etc/ca.crt"], "file /etc/ca.crt (gone)"],
            [[`${file}1`, content, volume], ["file /etc/ca.crt"], "file /etc/ca.crt (changed)"],
            [
                [file, "content /etc/ca.crt\t", volume],
                ["content /etc/ca.crt"],
                "content /etc/ca.crt (changed)",
            ],
        ] as const) {
            const look = parseLook(printed({ now }));
            assert.deepEqual(lostOf(look, "ca"), lost);
            assert.equal(generationOf(look, "ca", "new"), "new");
            assert.equal(generationOf(look, "data-owner", "new"), "g2");
            assert.deepEqual(losses(look), [told]);
        }
        assert.equal(generationOf(parseLook(printed()), "other", "new"), "new");
        const nothing = parseLook(printed({ now: [] }));
        assert.deepEqual(
            [...nothing.receipts.keys()].map((step) => generationOf(nothing, step, "new")),
            ["new", "new", "g3"],
        );
    });

    it("knows scripts that somebody changed from those that a newer program replaces", () => {
        assert.match(losses(parseLook(printed({ toolkit: "g1 d1 d2" })))[0] ?? "", /^the scripts in /);
        assert.deepEqual(losses(parseLook(printed({ toolkit: "g1 d2 d2" }))), []);
    });

    it("says that a proof has expired, by its day", () => {
        const limit = "until 1795778291\tvalid";
        const text = (now: readonly string[]) =>
            printed({ now: [file, content, volume, ...now] }).replace(
                "receipt\tproof\tgeneration\tg3",
                `receipt\tproof\tgeneration\tg3\nreceipt\tproof\tfound\t${limit}`,
            );
        assert.equal(generationOf(parseLook(text([limit])), "proof", "new"), "g3");
        assert.equal(generationOf(parseLook(text([])), "proof", "new"), "new");
        assert.deepEqual(losses(parseLook(text([]))), ["a proof that held until 2026-11-27 (expired)"]);
    });

    it("knows a bare host", () => {
        const look = parseLook("time\t1\nmachine\t\nowner\t\ntoolkit\t e3b0\nend\t\n");
        assert.equal(look.owner, undefined);
        assert.equal(look.engine, "");
        assert.equal(look.receipts.size, 0);
        assert.deepEqual(losses(look), []);
        assert.equal(generationOf(look, "ca", "new"), "new");
    });

    it("takes nothing for an answer that was cut off, or is none", () => {
        const whole = printed();
        for (let length = 0; length < whole.length - 5; length++) {
            assert.throws(() => parseLook(whole.slice(0, length)), /no answer/);
        }
        assert.throws(() => parseLook("Please login as the user admin\n"), /Please login as the user admin/);
        assert.throws(() => parseLook(whole.replace("time\t1795778291", "time\t")), /no answer/);
    });
});

import assert from "node:assert/strict";
import {
    generationOf,
    lostOf,
    losses,
    movedTags,
    parseLook,
    unansweredTags,
} from "../../../components/presence/look";
import { refuseUnasked } from "../../../components/presence/refuse";
import { record } from "../../support/program";

const owner = { project: "portcullis", stack: "dev", id: "SHA256:a/b+c", generation: "g1" };

/** What look.sh prints of a host on which two steps left three things. */
function printed(change: { now?: readonly string[]; toolkit?: string; end?: string } = {}): string {
    const { now = [file, content, volume], toolkit = "g1 d1 d1", end = "end\t" } = change;
    return [
        "time\t1795778291",
        "machine\tm1",
        `owner\t${JSON.stringify(owner)}`,
        "engine\t26.1.5",
        "room\t3221225472 1073741824",
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
        const look = parseLook("time\t1\nmachine\t\nowner\t\nroom\t5 0\ntoolkit\t e3b0\nend\t\n");
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

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** What look.sh prints of a host on which a step pulled what a tag named. */
const withTag = (now: readonly string[], engine = "26.1.5"): string =>
    printed({ now: [file, content, volume, ...now] })
        .replace(
            "receipt\tproof\tgeneration\tg3",
            `receipt\tapp-pulled\tgeneration\tg3\nreceipt\tapp-pulled\tfound\ttag app:1 ${digest("a")}\t${digest("a")}`,
        )
        .replace("engine\t26.1.5", `engine\t${engine}`);

describe("a tag that is followed", () => {
    it("has its step run again where it names another image, which is no loss, and not where it is the same", () => {
        const same = parseLook(withTag([`tag app:1 ${digest("a")}\t${digest("a")}`]));
        assert.equal(generationOf(same, "app-pulled", "new"), "g3");
        assert.deepEqual(movedTags(same), []);
        const moved = parseLook(withTag([`tag app:1 ${digest("a")}\t${digest("b")}`]));
        assert.equal(generationOf(moved, "app-pulled", "new"), "new");
        assert.equal(generationOf(moved, "ca", "new"), "g1");
        assert.deepEqual(movedTags(moved), [{ reference: "app:1", before: digest("a"), now: digest("b") }]);
        assert.deepEqual(losses(moved), []);
    });

    describe("and of which its registry tells nothing", () => {
        const unanswered = "unanswered app:1\tunauthorized: authentication required";
        const text = withTag([`tag app:1 ${digest("a")}\t${digest("a")}`, unanswered]);
        const login = { username: "puller", password: "secret words" };
        const followed = [{ key: "portcullis:images.app.reference", reference: "app:1", login }];
        const run = (look: string, tags: typeof followed, isPreview: boolean) =>
            record(
                () => {
                    refuseUnasked("root@192.0.2.10:22", parseLook(look), tags);
                    return "done";
                },
                undefined,
                isPreview,
            );

        it("ends an up before the first change, with setting, reference, user and the registry's words", async () => {
            await assert.rejects(run(text, followed, false), ({ message }: Error) => {
                assert.match(message, /^root@192\.0\.2\.10:22: .* nothing was changed: /);
                const told =
                    "portcullis:images.app.reference: app:1 (as puller): unauthorized: authentication required";
                assert.ok(message.includes(`${told}. Have the registry mended`), message);
                assert.match(message, /portcullis:registryLogins; a reference with a digest/);
                assert.doesNotMatch(message, /secret words/);
                return true;
            });
            const without = followed.map((tag) => ({ ...tag, login: undefined as unknown as typeof login }));
            await assert.rejects(run(text, without, false), /app:1 \(without a login\): unauthorized/);
        });

        it("changes nothing in a preview, which goes on", async () => {
            assert.equal((await run(text, followed, true)).result, "done");
            assert.equal(generationOf(parseLook(text), "app-pulled", "new"), "g3");
            assert.deepEqual([...unansweredTags(parseLook(text))], [unanswered.slice(11).split("\t")]);
        });

        it("is no matter where the engine gives no answer, which could ask for nothing, or where it is followed no more", async () => {
            const stopped = withTag([`tag app:1 ${digest("a")}\t${digest("a")}`, unanswered], "");
            assert.equal((await run(stopped, followed, false)).result, "done");
            assert.equal((await run(text, [], false)).result, "done");
        });
    });
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Result, Sandbox } from "./sandbox";

/** A stand-in for the CLI: notes what was asked of it, writes the log of events, and ends as it is told. */
const pulumi = `#!/bin/sh
[ "$1" != version ] || { echo v3.259.0; exit; }
asked= skips= pack=" without pack" events= last=
for word; do
    case $word in
    preview | up | output) asked=$word ;;
    --skip-preview) skips=" without preview" ;;
    --policy-pack) pack= ;;
    esac
    [ "$last" != --event-log ] || events=$word
    last=$word
done
if [ "$asked" = output ]; then
    echo outputs
    exit "\${FAKE_OUTPUT_CODE:-0}"
fi
echo "$asked$skips$pack" >>"$FAKE_LOG"
[ "$asked" = preview ] || exit "\${FAKE_CODE:-0}"
[ "$FAKE_PREVIEW" = nothing ] || printf '%s\\n' "$FAKE_PREVIEW" >"$events"
exit "\${FAKE_PREVIEW_CODE:-0}"
`;

/** The end of a preview's log. */
const summary = (changes: Record<string, number>): string =>
    [
        '{"sequence":1,"preludeEvent":{"config":{}}}',
        JSON.stringify({
            sequence: 2,
            summaryEvent: { maybeCorrupt: false, resourceChanges: changes, isPreview: true },
        }),
        '{"sequence":3,"cancelEvent":{}}',
    ].join("\n");

const state = ".portcullis/state/.pulumi/stacks/portcullis/dev.json";
const note = ".portcullis/runs/dev/command";

describe("what make up starts of Pulumi", () => {
    let box: Sandbox;

    const put = (file: string, text: string) => {
        fs.mkdirSync(path.dirname(path.join(box.root, file)), { recursive: true });
        fs.writeFileSync(path.join(box.root, file), text);
    };
    const up = (env: Record<string, string> = {}): Promise<Result> => {
        const known = {
            FAKE_PROGRAM: "program-1",
            FAKE_PACK: "pack-1",
            FAKE_DAY: "2026-11-28",
            FAKE_PREVIEW: summary({ same: 79 }),
        };
        return box.run(["up", "dev"], { ...known, ...env }, "", path.join(box.root, "toolchain/stack.sh"));
    };
    /** What an `up` starts after one that ended well. */
    const second = async (
        change = (): void => undefined,
        env: Record<string, string> = {},
    ): Promise<string[]> => {
        const first = await up();
        assert.equal(first.code, 0, first.stderr);
        assert.deepEqual(box.log(), ["up"]);
        fs.rmSync(path.join(box.base, "log"));
        change();
        const { code, stderr } = await up(env);
        assert.equal(code, 0, stderr);
        return box.log();
    };

    beforeEach(() => {
        box = new Sandbox();
        box.program("fake/pulumi", pulumi);
        box.completePulumi();
        put("Pulumi.yaml", "name: portcullis\n");
        put("Pulumi.dev.yaml", "config:\n  portcullis:name: a\n");
        put(".portcullis/passphrase", "a\n");
        put(state, "{}");
        put("audit/page.hbs", "a\n");
        put("components/script.sh", "a\n");
        put("scan/scan.ts", "a\n");
        put("text/page.css", "a\n");
        // What looks at a run that did not end well is tested by itself.
        box.program(
            "a b%20#?'c/toolchain/run",
            '#!/bin/sh\ncase $2 in summary) printf "summary of %s\\n" "$(cat)" ;; esac\n',
        );
        box.program("clock/date", '#!/bin/sh\necho "$FAKE_DAY"\n');
        box.onPath("clock");
        // In place of the look at the compiled program.
        put(
            "toolchain/compile/current.cjs",
            "const { FAKE_PROGRAM: program, FAKE_PACK: pack } = process.env;\n" +
                "if (program && pack) { console.log(program, pack); } else { process.exitCode = 1; }\n",
        );
    });
    afterEach(() => {
        box.remove();
    });

    it("is a preview alone, where all is as the last up left it and the preview finds nothing", async () => {
        assert.deepEqual(await second(), ["preview without pack"]);
        const { stdout } = await up();
        assert.deepEqual(box.log(), ["preview without pack", "preview without pack"]);
        assert.equal(stdout, "summary of outputs\n");
    });

    it("is a preview with the pack on another day, and one without it after that", async () => {
        const tomorrow = { FAKE_DAY: "2026-11-29" };
        assert.deepEqual(await second(undefined, tomorrow), ["preview"]);
        await up(tomorrow);
        await up();
        assert.deepEqual(box.log(), ["preview", "preview without pack", "preview"]);
    });

    it("counts as judged on the day on which the run began, where it ended on the next one", async () => {
        // From the second question on it is the next day.
        const date = `if [ -e "$FAKE_LOG.asked" ]; then echo 2026-11-29; else : >"$FAKE_LOG.asked"; echo "$FAKE_DAY"; fi`;
        box.program("clock/date", `#!/bin/sh\n${date}\n`);
        await up();
        await up();
        assert.deepEqual(box.log(), ["up", "preview"]);
    });

    it("is no preview without the pack where the pack failed on this day", async () => {
        const tomorrow = { FAKE_DAY: "2026-11-29" };
        await up();
        assert.equal((await up({ ...tomorrow, FAKE_PREVIEW_CODE: "255" })).code, 255);
        assert.equal((await up({ ...tomorrow, FAKE_PREVIEW_CODE: "255" })).code, 255);
        assert.deepEqual(box.log(), ["up", "preview", "preview"]);
    });

    it("ends with the summary, and fails where there is none", async () => {
        assert.equal((await up()).stdout, "summary of outputs\n");
        assert.equal((await up({ FAKE_DAY: "2026-11-29" })).stdout, "summary of outputs\n");
        const failed = await up({ FAKE_OUTPUT_CODE: "1" });
        assert.deepEqual([failed.code, failed.stdout], [1, ""]);
    });

    const others: [string, () => void][] = [
        [
            "the state",
            () => {
                put(state, '{"a":1}');
            },
        ],
        [
            "the settings",
            () => {
                put("Pulumi.dev.yaml", "config:\n  portcullis:name: b\n");
            },
        ],
        [
            "a script",
            () => {
                put("components/script.sh", "b\n");
            },
        ],
        [
            "what all pages share",
            () => {
                put("text/page.css", "b\n");
            },
        ],
        [
            "a template that is new",
            () => {
                put("audit/other.hbs", "b\n");
            },
        ],
    ];
    for (const [what, change] of others) {
        it(`is the update too after a change of ${what}, though the preview finds nothing`, async () => {
            assert.deepEqual(await second(change), ["preview", "up without preview"]);
        });
    }

    it("is the update too for another program, and for one that is not the compiled one", async () => {
        const update = ["preview", "up without preview"];
        assert.deepEqual(await second(undefined, { FAKE_PROGRAM: "program-2" }), update);
        fs.rmSync(path.join(box.base, "log"));
        assert.deepEqual(
            await up({ FAKE_PROGRAM: "program-2", FAKE_PACK: "pack-2" }).then(() => box.log()),
            update,
        );
        fs.rmSync(path.join(box.base, "log"));
        assert.deepEqual(await up({ FAKE_PROGRAM: "program-1" }).then(() => box.log()), update);
        assert.deepEqual(await up({ FAKE_PROGRAM: "" }).then(() => box.log().slice(2)), update);
    });

    for (const [what, log] of Object.entries({
        "finds a change": summary({ same: 78, update: 1 }),
        "finds only changes": summary({ create: 79 }),
        "says nothing of what it found": '{"sequence":1,"preludeEvent":{"config":{}}}',
        "leaves an empty log": "",
        "leaves no log": "nothing",
        "counts nothing": summary({}),
    })) {
        it(`is the update too where the preview ${what}`, async () => {
            assert.deepEqual(await second(undefined, { FAKE_PREVIEW: log }), ["preview without pack", "up"]);
        });
    }

    it("is no update where the preview fails", async () => {
        await up();
        const { code } = await up({ FAKE_PREVIEW_CODE: "255" });
        assert.deepEqual([code, box.log()], [255, ["up", "preview without pack"]]);
    });

    it("never goes by the log of an earlier preview", async () => {
        await up();
        await up({ FAKE_PREVIEW_CODE: "255" });
        assert.equal(fs.existsSync(path.join(box.root, ".portcullis/settled/dev/events")), false);
        put(".portcullis/settled/dev/events", summary({ same: 79 }));
        await up({ FAKE_PREVIEW: "nothing" });
        const preview = "preview without pack";
        assert.deepEqual(box.log(), ["up", preview, preview, "up"]);
    });

    it("is all of it again after an update that failed", async () => {
        const failed = await up({ FAKE_CODE: "255" });
        assert.equal(failed.code, 255);
        await up();
        await up({ FAKE_PREVIEW: summary({ same: 78, update: 1 }), FAKE_CODE: "1" });
        await up();
        assert.deepEqual(box.log(), ["up", "up", "preview without pack", "up", "up"]);
    });

    it("is all of it after a run that was interrupted", async () => {
        const interrupted = () => {
            put(note, "up\n");
        };
        assert.deepEqual(await second(interrupted), ["up"]);
    });

    it("is all of it each time with another backend, whose state is not here to look at", async () => {
        const env = { PULUMI_BACKEND_URL: "s3://somewhere", PULUMI_CONFIG_PASSPHRASE: "a" };
        await up(env);
        await up(env);
        assert.deepEqual(box.log(), ["up", "up"]);
    });

    it("leaves no log of what Pulumi did, and shows nobody else the folder", async () => {
        await second();
        const folder = path.join(box.root, ".portcullis/settled/dev");
        assert.deepEqual(fs.readdirSync(folder), ["by", "judged"]);
        assert.equal(fs.statSync(folder).mode & 0o77, 0);
    });
});

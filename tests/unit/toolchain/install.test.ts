import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const root = path.join(__dirname, "../../..");

/** An apt-get that writes down what it is asked, and answers as the case says: `WORD TIMES MESSAGE` is a failure. */
const apt = `#!/bin/sh
for word; do case $word in update | install) asked=$word ;; esac; done
echo "$asked" >>"$FOLDER/asked"
[ "$(grep -c "$asked" "$FOLDER/asked")" -gt "$(printenv "FAILS_$asked" || echo 0)" ] || { echo "$SAYS"; exit 100; }
`;

describe("the installation of Debian packages", () => {
    let folder = "";

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-install-"));
        for (const [name, text] of [
            ["apt-get", apt],
            ["id", "#!/bin/sh\necho 0\n"],
            // Lists that are new, or none.
            ["find", '#!/bin/sh\nprintf "%s" "$LISTS"\n'],
        ] as const) {
            fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
        }
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function install(answers: Record<string, string>) {
        const script = `root=${root}; . "$root/toolchain/lib.sh"; install_packages some`;
        const ended = spawnSync("sh", ["-eu", "-c", script], {
            encoding: "utf8",
            env: {
                PATH: `${folder}:${process.env["PATH"] ?? ""}`,
                HOME: folder,
                FOLDER: folder,
                SAYS: "",
                LISTS: "a_Packages",
                ...answers,
            },
        });
        const asked = fs.readFileSync(path.join(folder, "asked"), "utf8").trim().split("\n");
        return { code: ended.status, asked, stderr: ended.stderr };
    }

    it("takes lists of today as they are", () => {
        assert.deepEqual(install({}), { code: 0, asked: ["install"], stderr: "" });
    });

    it("renews lists that are old, or not there", () => {
        assert.deepEqual(install({ LISTS: "" }), { code: 0, asked: ["update", "install"], stderr: "" });
    });

    it("renews the lists where they name a package that the mirror no longer has", () => {
        assert.deepEqual(install({ FAILS_install: "1", SAYS: "E: Failed to fetch x  404  Not Found" }), {
            code: 0,
            asked: ["install", "update", "install"],
            stderr: "",
        });
    });

    it("ends, with what apt says, where that does not help either", () => {
        const ended = install({ FAILS_install: "2", SAYS: "E: Unable to locate package some" });
        assert.deepEqual([ended.code, ended.asked], [1, ["install", "update", "install"]]);
        assert.match(
            ended.stderr,
            /^E: Unable to locate package some\n.*a step failed: .*apt-get .* install some .*mend what it says/,
        );
    });

    for (const says of [
        "E: Release file for http://m/InRelease is expired (invalid since 3d 2h 1min 4s). Updates for this repository will not be applied.",
        "E: Release file for http://m/InRelease is not valid yet (invalid for another 2h 1min). Updates for this repository will not be applied.",
    ]) {
        it(`says what to do about a clock and a snapshot: ${says.slice(38, 60)}`, () => {
            const ended = install({ LISTS: "", FAILS_update: "1", SAYS: says });
            assert.deepEqual([ended.code, ended.asked], [1, ["update"]]);
            assert.match(
                ended.stderr,
                /set this machine's clock, which says \d{4}-\d\d-\d\d, or, where the mirror is a/,
            );
            assert.match(ended.stderr, /Acquire::Check-Valid-Until "false";/);
        });
    }
});

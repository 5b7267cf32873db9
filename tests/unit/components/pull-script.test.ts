import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostScripts } from "../../../components/toolkit/scripts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

describe("pull-image.sh", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "pull-script-"));
        fs.mkdirSync(path.join(folder, "bin"));
        fs.mkdirSync(path.join(folder, "run"));
        for (const { name, text } of hostScripts()) {
            // Locks and folders in memory apart from those of this machine.
            fs.writeFileSync(
                path.join(folder, name),
                text
                    .replaceAll("/var/lib/portcullis", `${folder}/state`)
                    .replaceAll("/run/portcullis", `${folder}/run/portcullis`)
                    .replaceAll('"/run/$1', `"${folder}/run/$1`),
            );
        }
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Runs the script with a docker that has the images of a list, and notes how it was called. */
    function pull(reference: string, { way = "followed", input = "", there = "", fails = "" } = {}) {
        const own = "portcullis.local/image-app:pulled";
        fs.writeFileSync(path.join(folder, "there"), there);
        fs.writeFileSync(
            path.join(folder, "bin/docker"),
            `#!/bin/sh
printf '%s\\n' "$*" >>${folder}/calls
case "$1 $2" in
'image inspect')
    for image; do :; done
    grep -qx "$image" ${folder}/there || exit 1
    echo sha256:${"1".repeat(64)} ;;
'pull --quiet') cat "$DOCKER_CONFIG/config.json" >${folder}/config 2>/dev/null
    ${fails === "" ? "" : `echo '${fails}' >&2; exit 1`}
    flock -n ${folder}/run/portcullis.lock-reference-${crypto
        .createHash("sha256")
        .update(`app@${digest("a")}`)
        .digest("hex")
        .slice(0, 1)} true || echo yes >${folder}/locked
    printf '%s\\n' "$3" >>${folder}/there ;;
esac
`,
            { mode: 0o755 },
        );
        fs.appendFileSync(
            path.join(folder, "common.sh"),
            `\ntag_digest() { printf '%s|%s\\n' "$1" "$2" >>${folder}/asked; ${reference.includes("none") ? "echo 'manifest unknown'; return 1" : `echo ${digest("a")}`}; }\n`,
        );
        const ended = spawnSync(
            "sh",
            [path.join(folder, "pull-image.sh"), own, reference, "portcullis:images.app.reference", way],
            {
                input,
                encoding: "utf8",
                env: {
                    PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
                    PORTCULLIS_EVIDENCE: path.join(folder, "made"),
                },
            },
        );
        const read = (name: string): string =>
            fs.existsSync(path.join(folder, name)) ? fs.readFileSync(path.join(folder, name), "utf8") : "";
        return {
            ...ended,
            calls: read("calls").split("\n").slice(0, -1),
            asked: read("asked"),
            made: read("made"),
            config: read("config"),
        };
    }

    it("pulls what the tag names, by its digest, and keeps the image by a name of the stack's own alone", () => {
        const source = `registry.example.org:5000/team/app@${digest("a")}`;
        const ended = pull("registry.example.org:5000/team/app:1");
        assert.equal(ended.status, 0, ended.stderr);
        assert.deepEqual(JSON.parse(ended.stdout), { id: `sha256:${"1".repeat(64)}`, source });
        assert.deepEqual(ended.calls, [
            `image inspect ${source}`,
            `pull --quiet ${source}`,
            `image inspect --format {{.Id}} ${source}`,
            `tag sha256:${"1".repeat(64)} portcullis.local/image-app:pulled`,
            `rmi ${source}`,
        ]);
        assert.equal(ended.asked, "registry.example.org:5000/team/app:1|\n");
        assert.equal(
            ended.made,
            `image sha256:${"1".repeat(64)}\ntag registry.example.org:5000/team/app:1 ${digest("a")}\n`,
        );
    });

    it("takes away the receipt of the step that noted the image in earlier versions, and no other", () => {
        const steps = path.join(folder, "state/steps");
        fs.mkdirSync(steps, { recursive: true });
        for (const step of ["image-app-noted", "image-app-pulled", "image-other-noted"]) {
            fs.writeFileSync(path.join(steps, step), "generation\tg1\n");
        }
        assert.equal(pull("app:1").status, 0);
        assert.deepEqual(fs.readdirSync(steps).sort(), ["image-app-pulled", "image-other-noted"]);
    });

    it("takes nothing away that somebody else has pulled by the same digest", () => {
        const { status, calls } = pull("app", { there: `app@${digest("a")}\n` });
        assert.equal(status, 0);
        assert.ok(calls.every((call) => !call.startsWith("rmi")));
    });

    it("keeps scans off, which bring and forget images by the same lock", () => {
        assert.equal(pull("app:1").status, 0);
        assert.ok(fs.existsSync(path.join(folder, "locked")));
    });

    it("asks for no digest that the reference has, and follows neither that nor what is not to be followed", () => {
        const pinned = pull(`app:1@${digest("b")}`, { way: "kept" });
        assert.deepEqual([pinned.status, pinned.asked], [0, ""]);
        assert.match(pinned.stdout, new RegExp(`"source":"app@${digest("b")}"`));
        const kept = pull("app:1", { way: "kept" });
        assert.equal(kept.status, 0);
        assert.doesNotMatch(kept.made, /tag /);
    });

    it("logs in to the registry for the question and for the pull, and leaves no file of it", () => {
        const ended = pull("app:1", { input: 'aGVhZGVy\n{"auths":{}}\n' });
        assert.equal(ended.asked, "app:1|aGVhZGVy\n");
        assert.equal(ended.config, '{"auths":{}}\n');
        assert.deepEqual(
            fs.readdirSync(path.join(folder, "run")).filter((name) => !name.includes("lock")),
            [],
        );
    });

    it("says which setting and which reference cannot be pulled, and why", () => {
        const unknown = pull("none:1");
        assert.equal(unknown.status, 1);
        assert.match(
            unknown.stderr,
            /^portcullis: portcullis:images\.app\.reference: none:1: its registry does not tell what it names: manifest unknown; correct portcullis:images\.app\.reference, or portcullis:registryLogins/,
        );
        const broken = pull("app:1", { fails: "error pulling image: unexpected EOF" });
        assert.equal(broken.status, 1);
        assert.match(
            broken.stderr,
            /portcullis:images\.app\.reference: app@sha256:a{64}: cannot pull it: error pulling image: unexpected EOF; correct/,
        );
        assert.equal(broken.made, "");
    });
});

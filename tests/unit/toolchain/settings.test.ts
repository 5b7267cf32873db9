import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Sandbox } from "./sandbox";

const repository = path.resolve(__dirname, "../../..");
const note = "encryptionsalt: v1:abc=\n";

describe("the settings of the disposable host's stack", () => {
    let box: Sandbox;
    let template: string;

    beforeEach(() => {
        box = new Sandbox();
        box.completePulumi();
        template = fs.readFileSync(path.join(repository, "lab/Pulumi.dev.yaml"), "utf8");
        write("lab/Pulumi.dev.yaml", template);
        write("Pulumi.yaml", "name: portcullis\n");
    });
    afterEach(() => {
        box.remove();
    });

    const file = (name: string) => path.join(box.root, name);
    const read = (name: string) => fs.readFileSync(file(name), "utf8");
    function write(name: string, text: string): void {
        fs.mkdirSync(path.dirname(file(name)), { recursive: true });
        fs.writeFileSync(file(name), text);
    }

    /** Runs a program of the checkout in the checkout's folder. */
    function run(program: string, ...args: string[]) {
        return spawnSync(file(program), args, { cwd: box.root, env: box.env, encoding: "utf8" });
    }
    /** As `make host` does. @returns what was said */
    function place(): string {
        const { status, stdout, stderr } = run("toolchain/stack.sh", "settings", "dev");
        assert.deepEqual([status, stdout], [0, ""], stderr);
        return stderr;
    }

    it("are copied from the template, once, and no word is said after that", () => {
        assert.match(place(), /the settings of the stack dev are in Pulumi\.dev\.yaml/);
        assert.equal(read("Pulumi.dev.yaml"), template);
        assert.equal(place(), "");
        assert.deepEqual(
            fs.readdirSync(box.root).filter((name) => name.startsWith("Pulumi.dev.yaml")),
            ["Pulumi.dev.yaml"],
        );
    });

    it("stay what the user made of them", () => {
        place();
        const own = `${template}    mine:\n      archive: mine\n`;
        write("Pulumi.dev.yaml", own);
        assert.equal(place(), "");
        assert.equal(read("Pulumi.dev.yaml"), own);
    });

    it("are copied beside a note of the passphrase, where that is all that is there", () => {
        write("Pulumi.dev.yaml", note);
        place();
        assert.equal(read("Pulumi.dev.yaml"), template + note);
    });

    it("stay as they are when the template changes, and it is said how to catch up, until that is done", () => {
        place();
        write("Pulumi.dev.yaml", template + note);
        write("lab/Pulumi.dev.yaml", `${template}# new\n`);
        for (const said of [place(), place()]) {
            assert.match(
                said,
                /diff -u (\S+) (\S+)\. .* then: cp \2 \1\. Or begin .*: rm Pulumi\.dev\.yaml$/m,
            );
        }
        assert.equal(read("Pulumi.dev.yaml"), template + note);
        assert.equal(read(".portcullis/Pulumi.dev.yaml"), template);
        fs.copyFileSync(file("lab/Pulumi.dev.yaml"), file(".portcullis/Pulumi.dev.yaml"));
        assert.equal(place(), "");
    });

    it("are the new template's, when the old copy is taken away", () => {
        place();
        write("lab/Pulumi.dev.yaml", `${template}# new\n`);
        fs.rmSync(file("Pulumi.dev.yaml"));
        assert.match(place(), /are in Pulumi\.dev\.yaml/);
        assert.equal(read("Pulumi.dev.yaml"), `${template}# new\n`);
        assert.equal(place(), "");
    });

    it("are kept by `make clean`, without the note of a passphrase", () => {
        write("Pulumi.dev.yaml", template + note);
        assert.equal(run("toolchain/stack.sh", "forget", "dev").status, 0);
        assert.equal(read("Pulumi.dev.yaml"), template);
    });

    const refused: [string[], RegExp][] = [
        [["preview", "--stack", "dev"], /dev has no settings yet \(Pulumi\.dev\.yaml\): run 'make up'/],
        [["up", "-s", "organization/portcullis/dev"], /dev has no settings yet .*run 'make up'/],
        [["config", "set", "--stack", "dev", "name", "x"], /dev has no settings yet .*run 'make up'/],
        [["preview", "--stack=prod"], /prod has no settings \(Pulumi\.prod\.yaml\): .* README\.md/],
        [["--color", "never", "preview"], /no stack is named, .*run 'make up' .* README\.md/],
    ];
    for (const [words, message] of refused) {
        it(`are asked for before Pulumi is: ./pulumiw ${words.join(" ")}`, () => {
            if (words.includes("dev")) {
                write("Pulumi.dev.yaml", note);
            }
            const { status, stdout, stderr } = run("pulumiw", ...words);
            assert.deepEqual([status, stdout], [1, ""]);
            assert.match(stderr, /^portcullis: .*\n$/);
            assert.match(stderr, message);
        });
    }

    const passed: string[][] = [
        ["preview", "--help", "--stack", "dev"],
        ["preview", "--stack", "dev", "--config-file", "other.yaml"],
        ["preview", "--stack", "dev", "-c", "portcullis:name=x"],
        ["preview", "--stack", "dev", "--cwd", "elsewhere"],
        ["config", "set", "--stack", "prod", "name", "x"],
        ["destroy", "--preview-only", "--stack", "dev"],
    ];
    for (const words of passed) {
        it(`are not asked for where Pulumi needs none, or has others: ./pulumiw ${words.join(" ")}`, () => {
            const { status, stdout } = run("pulumiw", ...words);
            assert.deepEqual([status, stdout], [0, words.map((word) => `<${word}>\n`).join("")]);
        });
    }

    it("are no stack: that is asked for too, where dev was not made, or was made away with", () => {
        place();
        const { status, stderr } = run("pulumiw", "preview", "--stack", "dev");
        assert.equal(status, 1);
        assert.match(stderr, /^portcullis: there is no stack dev \(\.portcullis\/state\): run 'make up'/);
    });

    it("are not asked for where they are there", () => {
        place();
        write(".portcullis/state/.pulumi/stacks/portcullis/dev.json", "{}");
        write(".portcullis/passphrase", "a passphrase for tests");
        assert.equal(run("pulumiw", "preview", "--stack", "dev").status, 0);
        assert.equal(run("pulumiw", "preview").status, 0);
    });

    it("are ignored by git, and their template is tracked", () => {
        const git = (...words: string[]) =>
            spawnSync("git", words, { cwd: repository, encoding: "utf8" }).stdout.trim();
        assert.equal(git("check-ignore", "--no-index", "Pulumi.dev.yaml"), "Pulumi.dev.yaml");
        assert.equal(git("ls-files", "Pulumi.dev.yaml", "lab/Pulumi.dev.yaml"), "lab/Pulumi.dev.yaml");
    });
});

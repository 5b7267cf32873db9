import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    neededArchives,
    parseChecksums,
    readAdvisoryArchive,
    readArchiveIndex,
    readAuthorizationPlugin,
} from "../../../config/archives";
import { SettingsError } from "../../../config/parse";
import { someSettings } from "../../support/host";
import { commandsIn } from "../../support/remedies/commands";

const sha256 = (text: string) => crypto.createHash("sha256").update(text).digest("hex");

/** What an error has to be: ours, so that no stack trace is shown, and in exactly these words. */
function settingsError(message: string) {
    return (error: unknown) => {
        assert.ok(error instanceof SettingsError, String(error));
        assert.equal(error.message, message);
        return true;
    };
}

describe("lines of a checksum file", () => {
    const hash = "0123456789abcdef".repeat(4);

    it("are a hash and a name, of a text or of a binary file, with any line end", () => {
        const text = `${hash}  a.tar.gz\n${hash} *b c.tar.gz\r\n\n`;
        assert.deepEqual(
            [...parseChecksums(text)],
            [
                ["a.tar.gz", hash],
                ["b c.tar.gz", hash],
            ],
        );
    });

    const wrong: readonly [string, string][] = [
        ["with a short hash", `${hash.slice(1)}  a.tar.gz`],
        ["with a long hash", `0${hash}  a.tar.gz`],
        ["with another character in it", `${hash.slice(1)}g  a.tar.gz`],
        ["with capitals", `${hash.toUpperCase()}  a.tar.gz`],
        ["with one space", `${hash} a.tar.gz`],
        ["without a name", `${hash}  `],
        ["that begin with something else", `x${hash}  a.tar.gz`],
        ["that are a comment", `# ${hash}  a.tar.gz`],
    ];
    for (const [what, line] of wrong) {
        it(`say nothing ${what}`, () => {
            assert.equal(parseChecksums(line).size, 0);
        });
    }
});

describe("archives that the settings need", () => {
    let folder = "";
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-archives-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Writes files with their names as content, and their checksums but for those that are left out. */
    function put(names: readonly string[], left: readonly string[] = []): void {
        for (const name of names) {
            fs.writeFileSync(path.join(folder, name), name);
        }
        const lines = names
            .filter((name) => !left.includes(name))
            .map((name) => `${sha256(name)}  ${name}\n`);
        fs.writeFileSync(path.join(folder, "SHA256SUMS"), lines.join(""));
    }
    const settings = (images: Record<string, { archive: string } | { reference: string }> = {}) =>
        someSettings({ archiveFolder: folder, images });
    const own = ["registry.tar.gz", "postgres.tar.gz", "clair.tar.gz"];

    it("are none without a folder of them, and nothing is looked for", () => {
        assert.deepEqual(neededArchives(someSettings()), []);
        assert.equal(readArchiveIndex(someSettings()).size, 0);
    });

    it("are the stack's own and those of its images, each once", () => {
        const images = {
            app: { archive: "app" },
            again: { archive: "app" },
            pulled: { reference: "redis:8" },
        };
        assert.deepEqual(neededArchives(settings(images)), ["registry", "postgres", "clair", "app"]);
    });

    it("are found with the checksums of the list", () => {
        put([...own, "app.tar.gz", "other.tar.gz"]);
        assert.deepEqual(
            [...readArchiveIndex(settings({ app: { archive: "app" } }))],
            ["registry", "postgres", "clair", "app"].map((name) => [
                name,
                { file: path.join(folder, `${name}.tar.gz`), sha256: sha256(`${name}.tar.gz`) },
            ]),
        );
    });

    it("are refused without a checksum file", () => {
        assert.throws(
            () => readArchiveIndex(settings()),
            settingsError(
                `portcullis:archiveFolder: ${folder}/SHA256SUMS is missing; make it: \`cd ${folder} && sha256sum -- * >SHA256SUMS\``,
            ),
        );
    });

    it("are found once the command of that message was run", () => {
        put([...own, "portcullis-authorization"]);
        fs.rmSync(path.join(folder, "SHA256SUMS"));
        assert.throws(
            () => readArchiveIndex(settings()),
            (error) => {
                assert.ok(error instanceof Error);
                const [command = assert.fail(error.message)] = commandsIn(error.message);
                execFileSync("sh", ["-c", command], { cwd: "/" });
                return true;
            },
        );
        assert.equal(readArchiveIndex(settings()).size, own.length);
        const sums = fs.readFileSync(path.join(folder, "SHA256SUMS"), "utf8");
        assert.match(sums, / portcullis-authorization\n/);
    });

    it("are refused where one of them is missing, though the list has it", () => {
        put([...own]);
        fs.rmSync(path.join(folder, "clair.tar.gz"));
        assert.throws(
            () => readArchiveIndex(settings()),
            settingsError(
                `portcullis:archiveFolder: ${folder}/clair.tar.gz is missing; put the image's archive there (docker save | gzip)`,
            ),
        );
    });

    it("are refused where the list lacks one of them", () => {
        put(own, ["postgres.tar.gz"]);
        assert.throws(
            () => readArchiveIndex(settings()),
            settingsError(
                `portcullis:archiveFolder: ${folder}/SHA256SUMS has no line for postgres.tar.gz; add its checksum`,
            ),
        );
    });

    it("of advisories: none where none is named", () => {
        assert.equal(readAdvisoryArchive(someSettings()), undefined);
    });

    it("of advisories: with the checksum of what is there now", () => {
        const file = path.join(folder, "advisories.json.gz");
        fs.writeFileSync(file, "data");
        assert.deepEqual(
            readAdvisoryArchive(someSettings({ scanner: { advisoryArchive: file, reload: "2" } })),
            {
                file,
                sha256: sha256("data"),
                reload: "2",
            },
        );
    });

    it("of advisories: refused where it cannot be read, with the reason", () => {
        const file = path.join(folder, "nowhere.gz");
        assert.throws(
            () => readAdvisoryArchive(someSettings({ scanner: { advisoryArchive: file } })),
            (error: unknown) =>
                error instanceof SettingsError &&
                error.message.startsWith("portcullis:scanner.advisoryArchive: cannot be read: ENOENT"),
        );
    });

    describe("the authorization plugin", () => {
        const name = "portcullis-authorization";
        const file = () => path.join(folder, name);
        const read = () => readAuthorizationPlugin(someSettings({ engine: { authorizationPlugin: file() } }));
        const refused = (what: string) => settingsError(`portcullis:engine.authorizationPlugin: ${what}`);

        it("is none where none is named", () => {
            assert.equal(readAuthorizationPlugin(someSettings()), undefined);
        });

        it("is the one of the list", () => {
            put([name]);
            assert.deepEqual(read(), { file: file(), sha256: sha256(name) });
        });

        it("is refused where it is missing", () => {
            put([name]);
            fs.rmSync(file());
            assert.throws(read, refused(`${file()} is missing; \`make authorization-plugin\` makes it`));
        });

        it("is refused where the list is missing", () => {
            put([name]);
            fs.rmSync(path.join(folder, "SHA256SUMS"));
            assert.throws(
                read,
                refused(`${folder}/SHA256SUMS is missing; \`make authorization-plugin\` makes it`),
            );
        });

        it("is refused where the list lacks it", () => {
            put([name], [name]);
            assert.throws(read, refused(`${folder}/SHA256SUMS has no line for ${name}; add its checksum`));
        });

        it("is refused where its content is another", () => {
            put([name]);
            fs.writeFileSync(file(), "changed");
            assert.throws(
                read,
                refused(
                    `${file()} has SHA-256 ${sha256("changed")}, but ${folder}/SHA256SUMS says ${sha256(name)}; find out who changed it, or build it anew`,
                ),
            );
        });
    });
});

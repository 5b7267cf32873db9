import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readAdvisoryArchive } from "../../../config/archives";
import { SettingsError } from "../../../config/parse";
import { checkSignature, signatureFileOf } from "../../../config/signature";
import { someSettings } from "../../support/host";

describe("the signature of an archive", () => {
    let folder = "";
    const at = (name: string) => path.join(folder, name);
    const file = () => at("advisories.json.gz");

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-signature-"));
        for (const [name, type] of [
            ["a", "ed25519"],
            ["b", "ecdsa"],
        ] as const) {
            execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", `key of ${name}`, "-f", at(name)]);
        }
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Writes the archive, and signs it. */
    function signed(key = "a", namespace = "portcullis-advisories"): void {
        fs.rmSync(signatureFileOf(file()), { force: true });
        fs.writeFileSync(file(), "advisories");
        execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", at(key), file()], {
            stdio: "ignore",
        });
    }
    const check = (keyFile: string) => {
        checkSignature(fs.readFileSync(file()), signatureFileOf(file()), keyFile);
    };
    const put = (name: string, text: string) => {
        fs.writeFileSync(at(name), text);
        return at(name);
    };
    const read = (name: string) => fs.readFileSync(at(name), "utf8");

    it("is right by the key, whatever its kind", () => {
        for (const key of ["a", "b"]) {
            signed(key);
            check(at(`${key}.pub`));
        }
    });

    it("is right by one of several keys, beside comments", () => {
        signed("b");
        check(put("both", `# keys of 2026\n\n${read("a.pub")}  ${read("b.pub")}`));
    });

    it("is wrong for another content, by another key, and where it was made for something else", () => {
        signed();
        fs.appendFileSync(file(), " ");
        assert.throws(() => {
            check(at("a.pub"));
        }, /^Error: ssh-keygen says: Signature verification failed/);
        signed();
        assert.throws(() => {
            check(at("b.pub"));
        }, /ssh-keygen says: /);
        signed("a", "file");
        assert.throws(() => {
            check(at("a.pub"));
        }, /ssh-keygen says: /);
    });

    it("is wrong where it is missing, or none", () => {
        signed();
        put("advisories.json.gz.sig", "no signature");
        assert.throws(() => {
            check(at("a.pub"));
        }, /ssh-keygen says: /);
        fs.rmSync(signatureFileOf(file()));
        assert.throws(() => {
            check(at("a.pub"));
        }, /there is no signature \(.*advisories\.json\.gz\.sig\)/);
    });

    const keys: readonly (readonly [string, () => string, RegExp])[] = [
        ["is not there", () => at("gone"), /the key cannot be read: ENOENT/],
        [
            "is the private one",
            () => at("a"),
            /\/a holds a private key; name the file of the public one \(\.pub\)/,
        ],
        ["is empty", () => put("empty", "# none\n"), /empty holds no public key/],
        [
            "is no key",
            () => put("text", `${read("a.pub")}a key\n`),
            /text has a line that is no public key: "a key"/,
        ],
        [
            // What stands before a key in such a file would say who may sign, and what for.
            "has options",
            () => put("options", `* namespaces="file" ${read("a.pub")}`),
            /options has a line that is no public key/,
        ],
    ];
    for (const [what, keyFile, message] of keys) {
        it(`is not looked at where the file of the key ${what}`, () => {
            signed();
            assert.throws(() => {
                check(keyFile());
            }, message);
        });
    }

    it("says how to get ssh-keygen where that is missing", () => {
        signed();
        const { PATH } = process.env;
        process.env["PATH"] = folder;
        try {
            assert.throws(() => {
                check(at("a.pub"));
            }, /ssh-keygen is not installed here; install the package openssh-client/);
        } finally {
            process.env["PATH"] = PATH;
        }
    });

    it("is asked for where a key is set, before anything is registered", () => {
        const settings = (advisoryKeyFile?: string) =>
            someSettings({
                scanner: { advisoryArchive: file(), ...(advisoryKeyFile && { advisoryKeyFile }) },
            });
        signed();
        const found = readAdvisoryArchive(settings(at("a.pub")));
        assert.deepEqual(found, readAdvisoryArchive(settings()));
        assert.equal(found?.file, file());
        assert.throws(
            () => readAdvisoryArchive(settings(at("b.pub"))),
            (error) => {
                assert.ok(error instanceof SettingsError);
                const { message } = error;
                assert.ok(
                    message.startsWith(
                        `portcullis:scanner.advisoryKeyFile: ${file()} is not signed by a key of ${at("b.pub")}: ssh-keygen says: `,
                    ),
                    message,
                );
                assert.ok(
                    message.endsWith(
                        `; take the archive and ${file()}.sig from who makes them, or build the archive with its key (docs/mirror.md)`,
                    ),
                    message,
                );
                return true;
            },
        );
    });
});

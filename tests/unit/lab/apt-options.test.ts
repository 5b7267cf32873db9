import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const lab = path.join(__dirname, "../../../lab");

/** Runs a function of the lab's library, on a machine whose apt has these settings too. */
function call(words: string, folder: string, settings: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const file = path.join(folder, "apt.conf");
    fs.writeFileSync(file, `${settings.join("\n")}\n`);
    return spawnSync(
        "sh",
        ["-eu", "-c", `LAB=${lab}; . $LAB/lib/common.sh; . $LAB/lib/rootfs.sh; ${words}`],
        {
            encoding: "utf8",
            env: { ...process.env, APT_CONFIG: file, FOLDER: folder, ...env },
        },
    );
}

/** Does something with a folder of its own. */
function inFolder<T>(act: (folder: string) => T): T {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-apt-"));
    try {
        return act(folder);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

/** What a root file system's apt is told where this machine's apt has these settings too. */
function options(...settings: string[]): string[] {
    return inFolder((folder) => {
        const ended = call("apt_options", folder, settings);
        assert.equal(ended.status, 0, ended.stderr);
        return ended.stdout.trimEnd().split("\n");
    });
}

describe("the apt of a root file system", () => {
    for (const setting of [
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Check-Date "false";',
        'Acquire::Max-ValidTime "86400";',
        'Acquire::http::Proxy "http://192.0.2.1:3128";',
        'Acquire::http::Proxy::mirror.example "DIRECT";',
        'Acquire::https::Verify-Peer "true";',
        'Acquire::AllowInsecureRepositories "1";',
        'Acquire::ForceIPv4 "true";',
        'Acquire::Retries "7";',
    ]) {
        it(`takes over what this machine's apt is told: ${setting}`, () => {
            assert.ok(options(setting).includes(setting));
        });
    }

    it("takes over nothing else", () => {
        const lines = options('APT::Install-Recommends "true";', 'DPkg::Post-Invoke { "rm -rf /x"; };');
        assert.deepEqual(
            lines.filter((line) => !/^Acquire::[\w:.-]+ ".*";$/.test(line)),
            [],
        );
    });

    it("gets the files by which servers are checked, and no private key", () => {
        inFolder((folder) => {
            const root = path.join(folder, "root");
            const [trust, list, own, key, gone] = [
                "ca.pem",
                "revoked.pem",
                "mirror ca.pem",
                "key.pem",
                "gone.pem",
            ].map((name) => path.join(folder, "etc", name)) as [string, string, string, string, string];
            fs.mkdirSync(path.join(folder, "etc"));
            fs.mkdirSync(root);
            fs.writeFileSync(path.join(folder, "ca"), "trust");
            fs.symlinkSync("../ca", trust);
            fs.writeFileSync(list, "list");
            fs.writeFileSync(own, "own");
            fs.writeFileSync(key, "key");
            const ended = call(
                'apt_options >"$FOLDER/options"; place_apt_trust "$FOLDER/root" "$FOLDER/options"',
                folder,
                [
                    `Acquire::https::CaInfo "${trust}";`,
                    `Acquire::https::CrlFile "${list}";`,
                    `Acquire::https::mirror.example::CaInfo "${own}";`,
                    `Acquire::https::other.example::CaInfo "${gone}";`,
                    `Acquire::https::SslKey "${key}";`,
                ],
            );
            assert.equal(ended.status, 0, ended.stderr);
            const placed = fs.readdirSync(root, { recursive: true, withFileTypes: true });
            assert.deepEqual(
                Object.fromEntries(
                    placed
                        .filter((entry) => entry.isFile())
                        .map(({ parentPath, name }) => path.join(parentPath, name))
                        .map((file) => [file.slice(root.length), fs.readFileSync(file, "utf8")]),
                ),
                { [trust]: "trust", [list]: "list", [own]: "own" },
            );
        });
    });
});

describe("the packages of a root file system", () => {
    /** A mirror in a folder. */
    function mirror(folder: string, name: string, ...suites: readonly string[]): string {
        for (const suite of suites) {
            fs.mkdirSync(path.join(folder, name, "dists", suite), { recursive: true });
            fs.writeFileSync(path.join(folder, name, "dists", suite, "InRelease"), "signed\n");
        }
        return `file:${path.join(folder, name)}`;
    }

    const sources = (folder: string, main: string, security: string, archive = "") =>
        call("debian_sources bookworm", folder, ['Acquire::Retries "0";'], {
            PORTCULLIS_DEBIAN_MIRROR: main,
            PORTCULLIS_DEBIAN_SECURITY_MIRROR: security,
            PORTCULLIS_DEBIAN_ARCHIVE: archive,
        });

    it("come from the release, its updates and its security fixes", () => {
        inFolder((folder) => {
            const main = mirror(folder, "main", "bookworm", "bookworm-updates");
            const security = mirror(folder, "security", "bookworm-security");
            const ended = sources(folder, main, security);
            assert.deepEqual(
                [ended.status, ended.stdout, ended.stderr],
                [
                    0,
                    `deb ${main} bookworm main\ndeb ${main} bookworm-updates main\ndeb ${security} bookworm-security main\n`,
                    "",
                ],
            );
        });
    });

    it("come from what the mirror still has of a release, and the rest is named", () => {
        inFolder((folder) => {
            const main = mirror(folder, "main", "bookworm");
            const security = mirror(folder, "security", "trixie-security");
            const ended = sources(folder, main, security);
            assert.deepEqual([ended.status, ended.stdout], [0, `deb ${main} bookworm main\n`]);
            assert.match(
                ended.stderr,
                /no packages are taken from bookworm-updates: file:.*main does not have it/,
            );
            assert.match(
                ended.stderr,
                /no packages are taken from bookworm-security: file:.*security does not/,
            );
        });
    });

    it("come from the archive that is named, once the mirror has the release no longer", () => {
        inFolder((folder) => {
            const main = mirror(folder, "main", "trixie");
            mirror(folder, "old/debian", "bookworm");
            mirror(folder, "old/debian-security", "bookworm-security");
            const ended = sources(folder, main, main, `file:${folder}/old/`);
            const option = "[check-valid-until=no]";
            assert.deepEqual(
                [ended.status, ended.stdout],
                [
                    0,
                    `deb ${option} file:${folder}/old/debian bookworm main\n` +
                        `deb ${option} file:${folder}/old/debian-security bookworm-security main\n`,
                ],
            );
            assert.match(ended.stderr, /no longer has bookworm; trying file:/);
        });
    });

    it("are not taken from nowhere: it says what to set", () => {
        inFolder((folder) => {
            const main = mirror(folder, "main", "trixie");
            const unnamed = sources(folder, main, main);
            assert.deepEqual([unnamed.status, unnamed.stdout], [1, ""]);
            assert.match(
                unnamed.stderr,
                /mirror no longer has bookworm \(file:.*main\): set PORTCULLIS_DEBIAN_ARCHIVE to the address/,
            );
            const ended = sources(folder, main, main, `file:${folder}/old`);
            assert.deepEqual([ended.status, ended.stdout], [1, ""]);
            assert.match(
                ended.stderr,
                /no Debian mirror has the release bookworm \(file:.*old\/debian\): set PORTCULLIS_DEBIAN_MIRROR to one that has it/,
            );
        });
    });

    it("are not fewer because a mirror is away", () => {
        inFolder((folder) => {
            const main = mirror(folder, "main", "bookworm", "bookworm-updates");
            const ended = sources(folder, main, "http://127.0.0.1:9/debian-security");
            assert.equal(ended.status, 1);
            assert.match(
                ended.stderr,
                /the Debian mirror does not answer \(http:\/\/127\.0\.0\.1:9\/debian-security\/dists\/bookworm-security\/InRelease\): .*connect/,
            );
        });
    });
});

import assert from "node:assert/strict";
import { checks } from "../../../../audit/checks";
import type { FileFacts } from "../../../../audit/facts";
import { file } from "../facts";
import { itTells, judged, kinds, naming } from "./judged";

const eve = { uid: 1000, gid: 1000, user: "eve", group: "eve" };

/** Checks of owner and mode: what they call the file, its path and kind, and the most that its mode may be. */
const owned: readonly (readonly [
    owner: string,
    mode: string,
    what: string,
    string,
    FileFacts["kind"],
    number,
])[] = [
    ["3.1", "3.2", "docker.service", "/usr/lib/systemd/system/docker.service", "file", 0o644],
    ["3.3", "3.4", "docker.socket", "/etc/systemd/system/docker.socket", "file", 0o644],
    ["3.5", "3.6", "/etc/docker", "/etc/docker", "directory", 0o755],
    ["3.9", "3.10", "the engine's CA certificate (tlscacert)", "/tls/ca.pem", "file", 0o444],
    ["3.11", "3.12", "the engine's certificate (tlscert)", "/tls/cert.pem", "file", 0o444],
    ["3.13", "3.14", "the engine's private key (tlskey)", "/tls/key.pem", "file", 0o400],
    ["3.15", "3.16", "/var/run/docker.sock", "/var/run/docker.sock", "socket", 0o660],
    ["3.17", "3.18", "/etc/docker/daemon.json", "/etc/docker/daemon.json", "file", 0o644],
    ["3.19", "3.20", "/etc/default/docker", "/etc/default/docker", "file", 0o644],
    ["3.22", "3.21", "/etc/sysconfig/docker", "/etc/sysconfig/docker", "file", 0o644],
    ["3.23", "3.24", "/run/containerd/containerd.sock", "/run/containerd/containerd.sock", "socket", 0o660],
];

describe("audit: what is told of files", () => {
    for (const [ownerId, modeId, what, path, kind, most] of owned) {
        const group = ownerId === "3.15" ? { gid: 102, group: "docker" } : { gid: 0, group: "toor" };
        const tell = (id: string, mode: number, change: Partial<FileFacts> = {}) =>
            judged(id, { ...naming, files: [file(path, mode, { kind, ...group, ...change })] });

        it(`${ownerId}: the owner of ${what}, and only of a ${kind}`, () => {
            assert.deepEqual(tell(ownerId, most), { result: "PASS" });
            for (const change of [eve, { ...eve, uid: 0 }]) {
                assert.deepEqual(tell(ownerId, most, change), {
                    result: "WARN",
                    details: `eve:eve owns ${path}.`,
                    items: [path],
                });
            }
            assert.equal(tell(ownerId, most, { uid: 1000 }).result, "WARN");
        });

        it(`${modeId}: the mode of ${what}`, () => {
            assert.deepEqual(tell(modeId, most), { result: "PASS" });
            assert.equal(tell(modeId, 0).result, modeId === "3.14" ? "WARN" : "PASS");
            for (const mode of [most | 0o002, most | 0o4000]) {
                assert.deepEqual(tell(modeId, mode), {
                    result: "WARN",
                    details: `The mode of ${path} is ${mode.toString(8)}.`,
                    items: [path],
                });
            }
        });

        it(`${ownerId}, ${modeId}: that ${what} is not there`, () => {
            const absent = { result: "INFO", details: `${what} is not there.` };
            for (const id of [ownerId, modeId]) {
                for (const other of kinds.filter((one) => one !== kind)) {
                    assert.deepEqual(tell(id, most, { kind: other }), absent);
                }
                assert.deepEqual(judged(id, { ...naming, files: [] }), absent);
            }
        });
    }

    it("is how to mend it, with what has no fixed path named by what it is", () => {
        const told = (id: string) => {
            const found = checks.find((one) => one.id === id);
            return [found?.title, found?.remediation];
        };
        const key = "the engine's private key (tlskey)";
        assert.deepEqual(told("3.1"), [
            "Owner of the unit file docker.service (should be root:root)",
            "chown root:root FILE, where FILE is the unit file docker.service",
        ]);
        assert.deepEqual(told("3.14"), [
            `Mode of ${key} (should be 400)`,
            `chmod 400 FILE, where FILE is ${key}`,
        ]);
        assert.deepEqual(told("3.15"), [
            "Owner of /var/run/docker.sock (should be root:docker)",
            "chown root:docker /var/run/docker.sock",
        ]);
        assert.deepEqual(told("3.18"), [
            "Mode of /etc/docker/daemon.json (should be 644 or stricter)",
            "chmod 644 /etc/docker/daemon.json",
        ]);
        assert.match(
            told("1.1.3")[1] ?? "",
            /^Install auditd, .*`-w FILE -k docker`.*`augenrules --load`\.$/,
        );
    });

    const [a, b] = ["/etc/docker/certs.d/a.crt", "/etc/docker/certs.d/b.crt"];
    itTells([
        [
            "3.7",
            { certificates: [file(a, 0o444, eve), file(b, 0o400, { ...eve, gid: 0 }), file("/c", 0o444)] },
            "WARN",
            "eve:eve 444, eve:eve 400",
            [a, b],
        ],
        ["3.7", { certificates: [file(a, 0o444, { ...eve, uid: 0 })] }, "WARN", "eve:eve 444", [a]],
        ["3.8", { certificates: [file(a, 0o44), file(b, 0o644)] }, "WARN", "root:root 644", [b]],
        ["3.8", { certificates: [file(a, 0o44)] }, "PASS"],
        ["3.8", { certificates: [file(a, 0o64)] }, "WARN", "root:root 064", [a]],
        ...["3.7", "3.8"].flatMap((id) =>
            [[], [file("/etc/docker/certs.d", 0o644)]].map(
                (files) => [id, { files }, "INFO", "/etc/docker/certs.d is not there."] as const,
            ),
        ),
    ]);
});

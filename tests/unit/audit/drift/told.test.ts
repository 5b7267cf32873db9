import assert from "node:assert/strict";
import { certificateFacts } from "../../../../audit/drift/compare/certificate";
import { changesOf, driftOf, driftText } from "../../../../audit/drift/drift";
import { differences } from "../../../../audit/drift/finding";
import type { LiveHost } from "../../../../audit/drift/live";
import { replaceCommand } from "../../../../audit/drift/remedy";
import { AuditError } from "../../../../audit/error";
import { sampleCertificate } from "../../../support/host";
import { otherCa } from "../../../support/probes";
import { engineCases } from "./told-engine";
import {
    certificatePath,
    container,
    declaration,
    files,
    live,
    settings,
    stranger,
    withContainer,
    withEngine,
    withFiles,
    withPath,
} from "./sample";
import { changed, declaring, missing, now, moved, told, unexpected, up, withText, type Told } from "./told";

const daemon = (change: object): LiveHost => ({
    ...live,
    daemonConfig: JSON.stringify({ ...(JSON.parse(live.daemonConfig ?? "") as object), ...change }),
});
const subuid = (...lines: string[]): LiveHost =>
    withFiles({ ranges: { ...files.ranges, "/etc/subuid": lines } });

const json = "/etc/docker/daemon.json";
const ownKey = `${up}; a key that you need belongs under portcullis:engine.settings`;
const notTaken =
    "restart it on the host, as it runs with other settings than its daemon.json has: systemctl restart docker";
const rules = "/etc/audit/p.rules";
const line = "dockremap:100000:65536";
const otherIds =
    "give eve other ids, that no line of /etc/subuid has: the files of its containers belong to the old ones";
const closed = "look at what is in it; then on the host: chown root:root /etc/p && chmod 0755 /etc/p";
const key = "/etc/p/a.key";
const registry = "container p-registry";
const other = otherCa();
const { fingerprint, names, notAfter } = certificateFacts(sampleCertificate);

/** What the certificate's file is found to hold instead. */
const certificate = (found: Parameters<typeof changed>[3]): Told[] => [
    changed(certificatePath, "certificate", { fingerprint, names, notAfter }, found, up),
];

/** A host that is otherwise, and all that is told of it. */
const cases: readonly (readonly [string, LiveHost, Told[]])[] = [
    ["no daemon.json", { ...live, daemonConfig: undefined }, [missing(json, "", up)]],
    ["a setting", daemon({ icc: true }), [changed(json, "icc", false, true, up)]],
    ["a setting less", daemon({ icc: undefined }), [missing(json, "icc", up, false)]],
    ["a setting more", daemon({ token: "x" }), [unexpected(json, "token", ownKey, "(not shown)")]],
    [
        "another log driver",
        withEngine({ loggingDriver: "json-file" }),
        [changed("running engine", "loggingDriver", "local", "json-file", notTaken)],
    ],
    ...["", "#eve:150000:1", "eve:150000:1:x", "eve:x:1"].map((text): [string, LiveHost, Told[]] => [
        `no range: ${text}`,
        subuid(line, text),
        [],
    ]),
    ["a range with a space behind", subuid(`${line} `), []],
    [
        "fewer ids",
        subuid("dockremap:100000:1"),
        [changed("/etc/subuid", "dockremap", line, "dockremap:100000:1", up)],
    ],
    [
        "two ranges",
        subuid(line, "dockremap:0:1"),
        [changed("/etc/subuid", "dockremap", line, `${line}, dockremap:0:1`, up)],
    ],
    ["no range", subuid(), [missing("/etc/subuid", "dockremap", up, line)]],
    [
        "a range that reaches in from below",
        subuid(line, "eve:99999:2"),
        [unexpected("/etc/subuid", "eve", otherIds, `eve:99999:2 overlaps ${line}`)],
    ],
    ["no user", withFiles({ users: new Set() }), [missing("user dockremap", "", up)]],
    ["no audit rules", withText(rules, undefined), [missing(rules, "", up)]],
    ["lines without a rule", withText(rules, "\n-w /a\n  \n# -D\n"), []],
    [
        "audit rules that are too long to be read",
        withText(rules, null),
        [changed(rules, "rules", 1, "a file of more than 64 KiB", up)],
    ],
    ["a link", withPath(key, { type: "link" }), [changed(key, "type", "file", "link", moved(key))]],
    [
        "a file that is too long",
        withPath(key, { sha256: undefined }),
        [changed(key, "sha256", "ab".repeat(32), "of more than 64 MiB", up)],
    ],
    [
        "a file in the place of a folder",
        withPath("/etc/p", { type: "file" }),
        [changed("/etc/p", "type", "directory", "file", moved("/etc/p"))],
    ],
    ["no folder", withPath("/etc/p", undefined), [missing("/etc/p", "", up)]],
    [
        "an open folder",
        withPath("/etc/p", { mode: "0775" }),
        [changed("/etc/p", "mode", "0755", "0775", closed)],
    ],
    [
        "a file more",
        withFiles({ entries: [...files.entries, "/etc/p/x"] }),
        [
            unexpected(
                "/etc/p/x",
                "",
                "look at it, and remove it on the host (/etc/p is the stack's own): rm -r -- /etc/p/x",
            ),
        ],
    ],
    [
        "a file more, with a name that a shell would take apart",
        withFiles({ entries: [...files.entries, `/etc/p/it's "x"; $HOME`] }),
        [
            unexpected(
                `/etc/p/it's "x"; $HOME`,
                "",
                String.raw`look at it, and remove it on the host (/etc/p is the stack's own): rm -r -- "/etc/p/it's \"x\"; \$HOME"`,
            ),
        ],
    ],
    [
        "something where nothing may be",
        withPath("/etc/p.d", {}),
        [
            unexpected(
                "/etc/p.d",
                "",
                "look at it, and remove it on the host (it changes what is the stack's own): rm -r -- /etc/p.d && systemctl daemon-reload",
            ),
        ],
    ],
    ["no text of the certificate, whose file is told of by itself", withText(certificatePath, undefined), []],
    ["no certificate", withText(certificatePath, "x"), certificate([])],
    ["another certificate", withText(certificatePath, other), certificate({ ...certificateFacts(other) })],
    [
        "a broken certificate",
        withText(certificatePath, sampleCertificate.replace(/MII.{30}/, "")),
        certificate("not readable"),
    ],
    [
        "two certificates",
        withText(certificatePath, sampleCertificate + other),
        certificate([{ fingerprint, names, notAfter }, { ...certificateFacts(other) }]),
    ],
    ["a long file", withText(certificatePath, null), certificate("a file of more than 64 KiB")],
    ...engineCases,
];

describe("drift: what is told", () => {
    for (const [what, host, expected] of cases) {
        it(`is all that is otherwise, and what to do: ${what}`, () => {
            assert.deepEqual(told(host), expected);
        });
    }

    it("is that an entry point was declared, which takes the image's command away", () => {
        const declared = declaring("container", { settings: { ...settings, entrypoints: ["sh"] } });
        assert.deepEqual(told(withContainer({ entrypoints: ["sh"], command: null }), declared), []);
        assert.deepEqual(told(withContainer({ entrypoints: ["sh"], command: ["serve"] }), declared), [
            changed(registry, "command", [], ["serve"], up),
        ]);
    });

    it("is of a proxy that there is one, and no more", () => {
        const proxies = { "http-proxy": "http://user:hunter2@192.0.2.3" };
        const declared = declaring("daemon", { settings: { icc: false, proxies } });
        const config = (value: object): LiveHost => ({ ...live, daemonConfig: JSON.stringify(value) });
        assert.deepEqual(told(config({ icc: false }), declared), [
            missing(json, "proxies", up, "(not shown)"),
        ]);
        assert.deepEqual(told(config({ icc: false, proxies: { "http-proxy": "http://x" } }), declared), [
            changed(json, "proxies.http-proxy", "(not shown)", "(not shown)", up),
        ]);
    });

    it("is that a daemon.json cannot be compared, and why", () => {
        for (const daemonConfig of ["{", "[]"]) {
            assert.throws(
                () => told({ ...live, daemonConfig }),
                (error) =>
                    error instanceof AuditError &&
                    error.message ===
                        `audit: ${json} cannot be compared: it is no JSON object; put it back: ./pulumiw up --stack dev`,
            );
        }
    });

    it("is a line for each difference", () => {
        const lines = (host: LiveHost, at = now): string[] =>
            driftOf(declaration, host, at).findings.map(
                (finding) => driftText(finding).split(". Remedy: ")[0] ?? "",
            );
        assert.deepEqual(lines(withEngine({ containers: [] })), [
            "drift: container p-registry (resource registry) is missing",
        ]);
        assert.deepEqual(lines(daemon({ icc: undefined })), [
            `drift: ${json}, icc (resource daemon) is missing: declared false`,
        ]);
        assert.deepEqual(lines(withEngine({ containers: [container, { ...stranger, name: "p-x" }] })), [
            "drift: container p-x is unexpected: sha256:1",
        ]);
        const dayBefore = new Date(Date.parse(notAfter) - 12 * 3600 * 1000);
        assert.deepEqual(lines(live, dayBefore), [
            `drift: ${certificatePath}, notAfter (resource leaf) is to be renewed: ${notAfter} (in 0 days)`,
        ]);
    });

    it("is a change where the host is not as declared, and none where a certificate ends", () => {
        const late = driftOf(declaration, withContainer({ memory: 1 }), new Date(notAfter));
        assert.deepEqual(
            [late.findings, changesOf(late)].map((all) => all.map(({ problem }) => problem)),
            [["expiring", "changed"], ["changed"]],
        );
    });

    it("knows a certificate by its names too, where it has some", () => {
        assert.deepEqual(names, ["IP Address:192.0.2.10", "DNS:registry.example.org"]);
        assert.deepEqual(certificateFacts(other).names, []);
    });

    it("tells null and a map apart from each other", () => {
        const about = { subject: "x", remedy: "y" };
        for (const [ours, theirs] of [
            [null, { a: 1 }],
            [{ a: 1 }, null],
            [1, { a: 1 }],
        ] as const) {
            assert.deepEqual(differences(about, ours, theirs), [changed("x", "", ours, theirs, "y")]);
        }
    });

    it("gives commands in which no name ends its quotes", () => {
        assert.equal(
            replaceCommand("dev", "urn:'; x"),
            String.raw`./pulumiw up --stack dev --replace 'urn:'\''; x'`,
        );
    });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { compareDrift } from "../../../../audit/drift/compare";
import { declarationSchema, parseDeclaration, type Declaration } from "../../../../audit/drift/declaration";
import { changesOf, driftOf, driftText } from "../../../../audit/drift/drift";
import { resourceName } from "../../../../audit/drift/finding";
import type { LiveHost } from "../../../../audit/drift/live";
import { AuditError } from "../../../../audit/target";
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

const now = new Date("2027-01-15T10:00:00Z");

/** `problem subject key resource` of each finding. */
function found(host: LiveHost, declared: Declaration = declaration, at = now): string[] {
    return compareDrift(declared, host, at).map(({ problem, subject, key, resource }) =>
        [problem, subject, key, resource && resourceName(resource)].filter(Boolean).join(" "),
    );
}

function otherCertificate(): string {
    const made = spawnSync(
        "openssl",
        [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=x",
            "-days",
            "90",
            "-keyout",
            "/dev/null",
        ],
        { encoding: "utf8" },
    );
    assert.equal(made.status, 0, made.stderr);
    return made.stdout;
}

describe("drift: the comparison", () => {
    it("finds nothing on a host that is as declared", () => {
        assert.deepEqual(compareDrift(declaration, live, now), []);
    });

    const subordinates = (lines: string[]) =>
        withFiles({ ranges: { ...files.ranges, "/etc/subuid": lines } });
    const ours = "dockremap:100000:65536";
    const pem = files.contents.get(certificatePath) ?? "";
    const withPem = (text: string | undefined) =>
        withFiles({ contents: new Map([...files.contents, [certificatePath, text]]) });
    const daemonJson = (change: object) => ({
        ...live,
        daemonConfig: JSON.stringify({ ...(JSON.parse(live.daemonConfig ?? "{}") as object), ...change }),
    });
    const isOurs = "/etc/docker/daemon.json";
    const registry = "container p-registry";

    /** What is done to the host, and what is then found. */
    const changes: readonly (readonly [string, LiveHost, string[]])[] = [
        ["a key of daemon.json", daemonJson({ icc: true }), [`changed ${isOurs} icc daemon`]],
        ["a key more", daemonJson({ debug: true }), [`unexpected ${isOurs} debug daemon`]],
        ["a key less", daemonJson({ icc: undefined }), [`missing ${isOurs} icc daemon`]],
        [
            "a key within a key",
            daemonJson({ "default-ulimits": { nproc: { Name: "nproc", Hard: 9 } } }),
            [`changed ${isOurs} default-ulimits.nproc.Hard daemon`],
        ],
        [
            "a key called constructor",
            { ...live, daemonConfig: (live.daemonConfig ?? "").replace("{", '{"constructor": 1,') },
            [`unexpected ${isOurs} constructor daemon`],
        ],
        ["a list", daemonJson({ dns: ["192.0.2.2"] }), [`changed ${isOurs} dns daemon`]],
        ["no daemon.json", { ...live, daemonConfig: undefined }, [`missing ${isOurs} daemon`]],
        [
            "an engine that was not restarted",
            withEngine({ liveRestore: false, rootDir: "/var/lib/docker" }),
            ["changed running engine rootDir daemon", "changed running engine liveRestore daemon"],
        ],
        ["another range", subordinates(["dockremap:200000:65536"]), ["changed /etc/subuid dockremap daemon"]],
        ["a second range", subordinates([ours, "dockremap:0:1"]), ["changed /etc/subuid dockremap daemon"]],
        ["no range", subordinates(["me:1:65536"]), ["missing /etc/subuid dockremap daemon"]],
        [
            "a range of somebody over it",
            subordinates([ours, "eve:165535:1"]),
            ["unexpected /etc/subuid eve daemon"],
        ],
        ["a range of somebody beside it", subordinates([ours, "eve:165536:1", "bob:99999:1"]), []],
        ["no user", withFiles({ users: new Set() }), ["missing user dockremap daemon"]],
        ["a mode", withPath("/etc/p/a.key", { mode: "0444" }), ["changed /etc/p/a.key mode key"]],
        ["an owner", withPath("/etc/p/a.key", { uid: 0 }), ["changed /etc/p/a.key uid key"]],
        [
            "a content",
            withPath("/etc/p/a.key", { sha256: "cd".repeat(32) }),
            ["changed /etc/p/a.key sha256 key"],
        ],
        ["a huge file", withPath("/etc/p/a.key", { sha256: undefined }), ["changed /etc/p/a.key sha256 key"]],
        ["no file", withPath("/etc/p/a.key", undefined), ["missing /etc/p/a.key key"]],
        ["a link to it", withPath("/etc/p/a.key", { type: "link" }), ["changed /etc/p/a.key type key"]],
        ["no folder", withPath("/etc/p", undefined), ["missing /etc/p key"]],
        [
            "a file more in a folder of ours",
            withFiles({ entries: [...files.entries, "/etc/p/evil.crt", "/etc/pp/other"] }),
            ["unexpected /etc/p/evil.crt key"],
        ],
        [
            "another certificate",
            withPem(otherCertificate()),
            [`changed ${certificatePath} certificate certificate`],
        ],
        [
            "one certificate more",
            withPem(pem + otherCertificate()),
            [`changed ${certificatePath} certificate certificate`],
        ],
        ["no certificate in it", withPem("nothing"), [`changed ${certificatePath} certificate certificate`]],
        [
            "a broken certificate",
            withPem(pem.replace(/MII.{30}/, "")),
            [`changed ${certificatePath} certificate certificate`],
        ],
        ["text around it", withPem(`a note\n${pem}`), []],
        [
            "an audit rule more",
            withFiles({ contents: new Map([...files.contents, ["/etc/audit/p.rules", "-w /a\n-D\n"]]) }),
            ["unexpected /etc/audit/p.rules rules rules"],
        ],
        [
            "no audit rule",
            withFiles({ contents: new Map([...files.contents, ["/etc/audit/p.rules", "#-w /a\n"]]) }),
            ["changed /etc/audit/p.rules rules rules"],
        ],
        ["a memory limit", withContainer({ memory: 1 }), [`changed ${registry} memory registry`]],
        [
            "a limit of processes",
            withContainer({ pidsLimit: 0 }),
            [`changed ${registry} pidsLimit registry-pids`],
        ],
        [
            "a capability",
            withContainer({ capabilities: { adds: ["CAP_SYS_ADMIN"], drops: ["ALL"] } }),
            [`changed ${registry} capabilities.adds registry`],
        ],
        [
            "the host's namespace",
            withContainer({ usernsMode: "host" }),
            [`changed ${registry} usernsMode registry`],
        ],
        [
            "a network more",
            withContainer({ networksAdvanced: { ...settings.networksAdvanced, bridge: [] } }),
            [`unexpected ${registry} networksAdvanced.bridge registry`],
        ],
        [
            "a name in a network",
            withContainer({ networksAdvanced: { "p-scan": ["x"] } }),
            [`changed ${registry} networksAdvanced.p-scan registry`],
        ],
        [
            "an environment",
            withContainer({ envs: { MODE: "b", PATH: "/bin" } }),
            [`changed ${registry} envs.MODE registry`],
        ],
        [
            "a variable more",
            withContainer({ envs: { MODE: "a", PATH: "/bin", LD_PRELOAD: "/x" } }),
            [`unexpected ${registry} envs.LD_PRELOAD registry`],
        ],
        [
            "a variable of the image",
            withContainer({ envs: { MODE: "a", PATH: "/x" } }),
            [`unexpected ${registry} envs.PATH registry`],
        ],
        ["a command", withContainer({ command: ["sh"] }), [`changed ${registry} command registry`]],
        [
            "an entry point",
            withContainer({ entrypoints: ["sh"] }),
            [`changed ${registry} entrypoints registry`],
        ],
        [
            "a label",
            withContainer({ labels: { "portcullis.role": "x", a: "b" } }),
            [`changed ${registry} labels.portcullis.role registry`],
        ],
        [
            "a label of ours more",
            withContainer({ labels: { ...settings.labels, "portcullis.x": "" } }),
            [`unexpected ${registry} labels.portcullis.x registry`],
        ],
        ["no container", withEngine({ containers: [] }), [`missing ${registry} registry`]],
        [
            "a container that was stopped",
            withEngine({ containers: [{ ...container, state: "exited", settings: undefined }] }),
            [`changed ${registry} state registry`],
        ],
        [
            "a container with our prefix",
            withEngine({ containers: [container, { ...stranger, name: "p-evil", settings: undefined }] }),
            ["unexpected container p-evil"],
        ],
        [
            "a container with our label",
            withEngine({ containers: [container, { ...stranger, isLabelled: true }] }),
            ["unexpected container somebody"],
        ],
        [
            "somebody's container in a network of ours",
            withEngine({
                containers: [
                    container,
                    { ...stranger, settings: { ...settings, networksAdvanced: { "p-scan": [] } } },
                ],
            }),
            ["unexpected container somebody networksAdvanced.p-scan"],
        ],
        [
            "a network with a way out",
            withEngine({ networks: [{ name: "p-scan", driver: "bridge", internal: false }] }),
            ["changed network p-scan internal scan"],
        ],
        ["no network", withEngine({ networks: [] }), ["missing network p-scan scan"]],
        [
            "a second network of the name",
            withEngine({
                networks: [...live.engine.networks, { name: "p-scan", driver: "bridge", internal: false }],
            }),
            ["changed network p-scan internal scan"],
        ],
        [
            "a network with our prefix",
            withEngine({
                networks: [...live.engine.networks, { name: "p-x", driver: "bridge", internal: false }],
            }),
            ["unexpected network p-x"],
        ],
        ["no volume", withEngine({ volumes: [] }), ["missing volume p-data data"]],
        [
            "a volume that is a folder of the host",
            withEngine({
                volumes: [{ name: "p-data", driver: "local", options: { o: "bind", device: "/etc" } }],
            }),
            ["unexpected volume p-data options.o data", "unexpected volume p-data options.device data"],
        ],
    ];
    for (const [what, host, expected] of changes) {
        it(`names exactly what is otherwise: ${what}`, () => {
            assert.deepEqual(found(host), expected);
        });
    }

    it("says what was declared, what is there, and what to do", () => {
        const [finding] = compareDrift(declaration, withContainer({ memory: 67108864 }), now);
        assert.ok(finding !== undefined);
        assert.equal(
            driftText(finding),
            "drift: container p-registry, memory (resource registry) is not as declared: 67108864, declared 268435456. " +
                "Remedy: put it back: ./pulumiw up --stack dev --refresh",
        );
        const [key] = compareDrift(declaration, withPath("/etc/p/a.key", undefined), now);
        assert.equal(key?.remedy, `put it back: ./pulumiw up --stack dev --replace '${key?.resource ?? ""}'`);
    });

    it("tells of a certificate that is to be renewed, or has ended, which is no change of the host", () => {
        const ends = declaration.items.flatMap((item) =>
            item.kind === "certificate" ? [Date.parse(item.notAfter)] : [],
        )[0];
        assert.ok(ends !== undefined);
        const daysBefore = (days: number) => new Date(ends - days * 24 * 3600 * 1000);
        const expected = [`expiring ${certificatePath} notAfter leaf`];
        assert.deepEqual(found(live, declaration, daysBefore(30)), []);
        assert.deepEqual(found(live, declaration, daysBefore(29.5)), expected);
        assert.deepEqual(found(live, declaration, daysBefore(-1)), expected);
        const drift = driftOf(declaration, live, daysBefore(29.5));
        assert.match(driftText(drift.findings[0] ?? assert.fail()), /\(in 29 days\)\. Remedy: renew it: /);
        assert.match(
            driftText(driftOf(declaration, live, daysBefore(-1)).findings[0] ?? assert.fail()),
            /\(expired\)/,
        );
        assert.deepEqual(changesOf(drift), []);
    });

    it("does not show a variable that somebody put in: it may be a secret", () => {
        const host = withContainer({ envs: { MODE: "a", PATH: "/bin", TOKEN: "hunter2" } });
        assert.doesNotMatch(JSON.stringify(compareDrift(declaration, host, now)), /hunter2/);
    });

    it("cannot compare a daemon.json that is none", () => {
        for (const daemonConfig of ["{", "[]", '"x"', ""])
            assert.throws(() => found({ ...live, daemonConfig }), AuditError);
    });

    it("finds every setting of a container that is otherwise", () => {
        const names = Object.keys(settings) as (keyof typeof settings)[];
        for (const name of names) {
            const value: unknown = settings[name];
            const other =
                typeof value === "boolean"
                    ? !value
                    : typeof value === "number"
                      ? value + 1
                      : typeof value === "string"
                        ? `${value}x`
                        : Array.isArray(value) || value === null
                          ? ["other"]
                          : name === "healthcheck"
                            ? { ...settings.healthcheck, retries: 6 }
                            : name === "capabilities"
                              ? { adds: [], drops: [] }
                              : { "portcullis.other": "x" };
            const host = withContainer({ [name]: other });
            assert.ok(found(host).length > 0, name);
        }
    });

    it("takes any text from a host for what it is", () => {
        const text = fc.string({ unit: "binary", maxLength: 40 });
        fc.assert(
            fc.property(text, text, (name, value) => {
                const host = withContainer({ labels: { ...settings.labels, [`portcullis.${name}`]: value } });
                const [finding, ...more] = compareDrift(declaration, host, now);
                assert.equal(more.length, 0);
                if (name !== "role") assert.equal(finding?.key, `labels.portcullis.${name}`);
                if (finding !== undefined)
                    assert.doesNotMatch(driftText(finding), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
            }),
        );
    });
});

describe("drift: the declaration", () => {
    it("is a JSON document that is read back as it was written", () => {
        assert.deepEqual(parseDeclaration(JSON.stringify(declaration), "x"), declaration);
    });

    it("is refused where it is something else, with where and why", () => {
        assert.throws(() => parseDeclaration("{", "f.json"), /f\.json is no JSON/);
        assert.throws(
            () => parseDeclaration('{"format":2}', "f.json"),
            /f\.json does not say what a stack declared/,
        );
        const wrong = (item: object) =>
            declarationSchema.safeParse({ ...declaration, items: [item] }).success;
        const file = declaration.items.find(({ kind }) => kind === "file") ?? assert.fail();
        assert.equal(wrong(file), true);
        for (const path of ["relative", "/a\nb", "/a\0b", ""])
            assert.equal(wrong({ ...file, path }), false, path);
        assert.equal(wrong({ ...file, content: "secret" }), false);
        assert.equal(wrong({ ...file, kind: "other" }), false);
    });
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stackPolicy } from "../../../../cli/scan/policy";
import { scanImages } from "../../../../cli/scan/run";
import { sourcesOf, type Resolve } from "../../../../cli/scan/sources";
import { parseTarget } from "../../../../cli/scan/targets";
import { writeLayout, writeSaved } from "../../../support/oci-layout";
import { someAccess } from "../../../support/scan-access";
import { digestOf, input, packed, report } from "../../scan/sample";

const answered = { owner: "ops", reason: "r", until: "2027-01-01" };
const server = someAccess.registry.server;

/** A report on an image in which there is nothing to judge. */
const nothing = packed({
    manifest_hash: digestOf("a"),
    packages: {},
    distributions: {},
    environments: {},
    vulnerabilities: {},
    package_vulnerabilities: {},
});

describe("whose an image is that is scanned", () => {
    let folder: string;
    const at = (name: string) => path.join(folder, name);
    const several: Resolve = () =>
        Promise.resolve({ digest: digestOf("9"), platforms: ["linux/amd64", "linux/arm64"] });
    const sources = (word: string, name?: string, resolve = several) =>
        sourcesOf(parseTarget(word), {
            ...{ registry: someAccess.registry, logins: () => undefined },
            ...{ resolve, name },
        });

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "names-"));
        await writeSaved(at("claims.tar.gz"), [{ name: `${server}/team/app:1`, layers: [{ a: "1" }] }]);
        await writeSaved(at("short.tar.gz"), [{ name: "team/app:1", layers: [{ a: "1" }] }]);
        await writeLayout(at("layout"), [{ platform: "linux/amd64", layers: [{ a: "1" }] }]);
        const index = fs.readFileSync(at("layout/index.json"), "utf8");
        fs.writeFileSync(at("layout/index.json"), index.replace('"1.0"', `"${server}/team/app:1"`));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Scans an image, by what the stack accepts and excepts in its own `team/app`. */
    async function judged(word: string, found: string, name?: string) {
        const exceptions = [{ ...answered, vulnerability: "CVE-1", image: "team/app" }];
        const { images } = await scanImages([{ word, sources: () => sources(word, name) }], {
            stack: "dev",
            access: { ...someAccess, accept: { "team/app": [{ ...answered, what: "no-packages" }] } },
            scripts: ({ script, words: [, kind] }) => {
                const flagged = { digest: digestOf("c"), report: report(digestOf("c"), ["CVE-2021-3711"]) };
                const scan = { digest: digestOf("a"), platform: "linux/amd64", manifest: "", config: "" };
                const printed = kind === "canaries" ? [flagged] : { ...scan, report: found };
                const coverage = input().advisories?.coverage.map((one) => ({
                    ...one,
                    canary: { vulnerability: "CVE-2021-3711", package: "openssl", version: "0" },
                }));
                const facts = { ...input().advisories, coverage };
                return Promise.resolve(
                    script === "scan-once.sh" ? JSON.stringify(printed) : JSON.stringify(facts),
                );
            },
            settings: stackPolicy({ exceptions }, folder),
            lists: undefined,
            progress: {
                begin: () => undefined,
                say: () => undefined,
                done: () => undefined,
                end: () => undefined,
            },
            now: () => new Date("2026-11-28T10:00:00Z"),
        });
        const [image] = images;
        assert.ok(image);
        return image;
    }

    const foreign = () => [
        ...["team/app:1", "docker.io/team/app", "index.docker.io/team/app", "r.example.org/team/app:1"],
        ...["engine:team/app:1", `archive:${at("claims.tar.gz")}`, `archive:${at("short.tar.gz")}`],
        `layout:${at("layout")}`,
    ];

    it("is the stack's where its registry has the image, or --name says so", async () => {
        const own: [string, string?][] = [
            [`${server}/team/app:1`],
            [`engine:${server}/team/app:1`],
            ...foreign().map((word): [string, string] => [word, "team/app"]),
        ];
        for (const [word, name] of own) {
            const accepted = await judged(word, nothing, name);
            assert.equal(accepted.judgement.verdict, "pass", word);
            assert.match(accepted.name, /^team\/app( \(linux\/amd64\))?$/);
            const excepted = await judged(word, report(digestOf("a"), ["CVE-1"]), name);
            assert.equal(excepted.judgement.verdict, "pass", word);
        }
    });

    it("is nobody's else, whatever an image or a file calls itself", async () => {
        for (const word of foreign()) {
            const { judgement, held, image } = await judged(word, nothing);
            assert.equal(judgement.verdict, "error", word);
            assert.match(judgement.reason, /nobody judged no-packages/);
            const notes = held?.notes.join("\n") ?? "";
            assert.match(notes, /^acceptances hold for images of the stack's registry/m);
            assert.match(notes, / is for linux\/amd64$/m);
            // Statements (VEX) go by the repository with its registry.
            assert.ok(!image.startsWith(server), image);
            const found = await judged(word, report(digestOf("a"), ["CVE-1"]));
            assert.equal(found.judgement.verdict, "fail", word);
        }
    });

    it("is shown by the names that stand in the file", async () => {
        const shown = async (word: string) => (await sources(word)).map(({ name }) => name);
        assert.deepEqual(await shown(at("claims.tar.gz")), [`${server}/team/app`]);
        assert.deepEqual(await shown(at("short.tar.gz")), ["team/app"]);
        assert.deepEqual(await shown(at("layout")), [`${server}/team/app`]);
    });

    it("has other platforms also where the reference has the digest of an index", async () => {
        const word = `r.example.org/app:1@${digestOf("7")}`;
        const asked: string[] = [];
        const [one] = await sources(word, undefined, (reference, ...rest) => {
            asked.push(reference);
            return several(reference, ...rest);
        });
        assert.deepEqual(asked, [`r.example.org/app@${digestOf("7")}`]);
        assert.match(one?.notes[0] ?? "", /is for linux\/amd64, linux\/arm64; judged is the one/);
        assert.deepEqual([one?.isOneOfSeveral, one?.digest], [true, digestOf("7")]);
        const [silent] = await sources(word, undefined, () => Promise.reject(new Error("gone")));
        assert.deepEqual([silent?.digest, silent?.notes], [digestOf("7"), []]);
    });
});

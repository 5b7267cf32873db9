import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { renderScans, type ScanRun } from "../../../../scan/formats";
import { digestOf } from "../sample";
import { emptyRun, fullRun, hostileRun, passedRun } from "./sample";

const history = [
    { layer: digestOf("1"), createdBy: "ADD rootfs.tar.xz /" },
    { layer: undefined, createdBy: "ENV A=b" },
    { layer: digestOf("2"), createdBy: "RUN apt-get install <b>perl</b>" },
];

/** A run whose first image's history is known. */
function built(): ScanRun {
    const run = fullRun();
    return { ...run, images: run.images.map((image, at) => (at === 0 ? { ...image, history } : image)) };
}

const html = (run: ScanRun): string => renderScans("html", run);

/** What the page says of one image, without tags. */
function sectionOf(page: string, index: number): string {
    const section = new RegExp(`<section id="image-${index}"[^]*?</section>`).exec(page)?.[0] ?? "";
    return section.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

/** The marks of a row of the trend. */
function rowOf(page: string, name: string): string {
    const row = page.split('<div class="row">').find((one) => one.includes(`>${name}<`)) ?? "";
    const [cells = ""] = row.split("</div>");
    return [...cells.matchAll(/<span class="cell ([a-z]+)"/g)].map((match) => match[1]).join(" ");
}

describe("the forms of a scan: HTML", () => {
    const page = html(built());

    it("shows each image's verdict, the rule that blocked, and what would have to change", () => {
        assert.match(page, /<h2 id="run">No verdict: 1 of 5 images passes; 1 refused; /);
        const first = sectionOf(page, 0);
        assert.match(first, /^ team\/full fail /);
        assert.match(
            first,
            /Why 4 findings of severity High or above .*, 1 allowed \(portcullis:scan\.threshold\)/,
        );
        assert.match(
            first,
            /What would have to change to pass update openssl 1\.0-1 to 1\.0-2: 2 findings fewer/,
        );
        assert.match(
            first,
            /CVE-2026-0006 High perl 1\.0-1, fixed in 1\.0-2 is excepted by team &lt;b&gt;web&lt;\/b&gt; until 2027-03-31/,
        );
        assert.match(first, /Coverage .* Debian 13 6 5,243 2026-08-21/);
        assert.match(sectionOf(page, 1), /redis pass .* No findings in 1 package\./);
        assert.doesNotMatch(sectionOf(page, 1), /What would have to change/);
    });

    it("shows what has no verdict as such, and no finding as none", () => {
        const broken = sectionOf(page, 3);
        assert.match(broken, /team\/broken no verdict .* No verdict: the report did not arrive whole/);
        assert.match(broken, /Findings Not known: there is no report/);
        assert.match(broken, /Coverage Nothing of the image was judged\./);
        assert.match(sectionOf(page, 4), /Findings No findings, but not all of the image was judged\./);
        assert.match(sectionOf(page, 4), /nobody judged no-packages : Clair found no package in it/);
        assert.match(
            page,
            /team\/broken<\/a><\/th><td><span class="badge error">no verdict<\/span><\/td><td>not known<\/td><td>not known</,
        );
        const none = html(emptyRun());
        assert.match(none, /class="gate failed">\s*<h2 id="run">No verdict: nothing was judged</);
        assert.match(html(passedRun()), /class="gate passed">\s*<h2 id="run">Passed: 1 of 1 image passes</);
    });

    it("shows findings by layer, with the build step where the image's history is known", () => {
        const first = sectionOf(page, 0);
        assert.match(
            first,
            /Layer 1 of 2 5 findings ADD rootfs\.tar\.xz \/ .*CVE-2026-0001 .*Layer 2 of 2 2 findings RUN apt-get install &lt;b&gt;perl&lt;\/b&gt; .*CVE-2026-0007/,
        );
        const unknown = sectionOf(html(fullRun()), 0);
        assert.match(unknown, /Layer sha256:1{12} 5 findings .*Layer sha256:2{12} 2 findings/);
        assert.match(sectionOf(page, 2), /No layer is named 2 findings/);
    });

    it("shows the trend over runs, and names what cannot be read", () => {
        const run = (day: number, verdicts: readonly [string, string][]) => ({
            judged: `2026-11-${day}T10:00:00.000Z`,
            verdicts: verdicts.map(([name, verdict]) => ({
                image: `host:5000/${name}@${digestOf("0")}`,
                verdict,
            })),
            passed: verdicts.every(([, verdict]) => verdict === "pass"),
        });
        const trend = {
            runs: [
                run(20, [["redis", "pass"]]),
                run(21, [
                    ["redis", "fail"],
                    ["gone", "<b>"],
                ]),
                run(22, [
                    ["redis", "pass"],
                    ["gone", "reported"],
                ]),
            ],
            unreadable: ["/reports/x.json is no <record>"],
            older: 2,
        };
        const shown = html({ ...passedRun(), trend });
        assert.match(
            shown,
            /4 runs since 2026-11-20 10:00 UTC, the last one on the right; 2 not passed; 2 older/,
        );
        assert.equal(rowOf(shown, "the gate"), "pass fail fail pass");
        assert.equal(rowOf(shown, "host:5000/redis"), "pass fail pass pass");
        // A word that this version does not know is no pass.
        assert.equal(rowOf(shown, "host:5000/gone"), "absent error reported absent");
        assert.match(shown, /cannot be read[^]*<li>\/reports\/x\.json is no &lt;record&gt;<\/li>/);
        assert.doesNotMatch(html(passedRun()), /id="trend"/);
        assert.match(html({ ...passedRun(), trend: { ...trend, runs: [] } }), /<li>\/reports\/x\.json is no/);
        const many = Array.from({ length: 50 }, () => run(23, [["redis", "pass"]]));
        const cut = html({ ...passedRun(), trend: { ...trend, runs: many } });
        assert.equal(rowOf(cut, "the gate").split(" ").length, 30);
        assert.match(cut, /; 23 older</);
    });

    it("needs nothing else, and lets no script run but its own", () => {
        const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
        const digest = crypto.createHash("sha256").update(script).digest("base64");
        const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
        assert.ok(policy.replaceAll("&#x3D;", "=").includes(`script-src 'sha256-${digest}'`), policy);
        assert.match(policy, /default-src 'none'/);
        assert.doesNotMatch(page, / (src|on[a-z]+|style)=/);
        const targets = [...page.matchAll(/ href="([^"]*)"/g)].map((match) => match[1]);
        assert.deepEqual(
            targets.filter((target) => !target?.startsWith("#image-")),
            ["https://example.org/CVE-2026-0001"],
        );
    });

    it("shows hostile names as text, and follows no link but the web's", () => {
        const names = html(hostileRun());
        assert.equal(names.match(/<script/g)?.length, 1);
        assert.doesNotMatch(names, /<x\/>|javascript:/);
        assert.match(names, /x\\u\{1b\}\[2K\\u\{d\}&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
        assert.match(names, /\{\{constructor\}\}\$\{1\}/);
    });
});

import assert from "node:assert/strict";
import { renderScans, scanFormats, verdictOf } from "../../../../scan/formats";
import { emptyRun, fullRun, hostileRun, passedRun } from "./sample";

/** The names of keys and values that a test looks at, of any JSON. */
type Json = Record<string, unknown>;

const json = (text: string): Json => JSON.parse(text) as Json;

describe("the forms of a scan: the verdict on a run", () => {
    it("is none where an image has none, or no image was judged, and else what the images have", () => {
        assert.equal(verdictOf(fullRun()), "none");
        assert.equal(verdictOf(emptyRun()), "none");
        assert.equal(verdictOf({ images: [], failures: [] }), "none");
        assert.equal(verdictOf(passedRun()), "pass");
        assert.equal(verdictOf({ ...passedRun(), failures: ["the database is empty"] }), "none");
        const { images, failures } = fullRun();
        const judged = images.filter(({ judgement }) => judgement.verdict !== "error");
        assert.equal(verdictOf({ images: judged, failures }), "fail");
        assert.equal(
            verdictOf({
                images: judged.filter(({ judgement }) => judgement.verdict !== "fail"),
                failures: [],
            }),
            "pass",
        );
    });
});

describe("the forms of a scan: JSON", () => {
    it("has each image with its verdict, and each finding once, with how the finding stands", () => {
        const run = json(renderScans("json", fullRun()));
        assert.equal(run["verdict"], "none");
        const images = run["images"] as Json[];
        assert.deepEqual(
            images.map(({ name, verdict, findings }) => [
                name,
                verdict,
                (findings as Json[] | undefined)?.length,
            ]),
            [
                ["team/full", "fail", 7],
                ["redis", "pass", 0],
                ["team/reported", "reported", 2],
                ["team/broken", "error", undefined],
                ["team/unjudged", "error", 0],
            ],
        );
        assert.deepEqual(
            (images[0]?.["findings"] as Json[]).map(({ vulnerability, standing }) => [
                vulnerability,
                standing,
            ]),
            [
                ["CVE-2026-0001", "counts"],
                ["CVE-2026-0002", "counts"],
                ["CVE-2026-0003", "counts"],
                ["CVE-2026-0007", "counts"],
                ["CVE-2026-0005", "in its grace"],
                ["CVE-2026-0006", "excepted"],
                ["CVE-2026-0004", "does not count"],
            ],
        );
        assert.match(String(images[3]?.["reason"]), /^the report did not arrive whole: /);
        assert.equal(images[3]?.["counts"], undefined);
    });
});

describe("the forms of a scan: the terminal's table", () => {
    it("has each image's verdict, what was found, and the run's verdict last", () => {
        const text = renderScans("table", fullRun());
        assert.match(
            text,
            /^Scan of 5 images by the stack dev \(192\.0\.2\.10\), 2026-11-27 12:03 UTC\nPolicy {3}High and above count, 1 allowed; /,
        );
        assert.match(text, /^host:5000\/team\/app@sha256:b+: fail$/m);
        assert.match(text, /^ {4}no findings in 1 package \(Debian 13: 5,243 advisories of 2026-08-21\)$/m);
        assert.match(text, /^ {5}counts +Critical +CVE-2026-0001 +openssl 1\.0-1, fixed in 1\.0-2$/m);
        assert.match(text, /^ {5}in its grace +High +CVE-2026-0005 .* counts after 2026-12-04 /m);
        assert.match(
            text,
            /^host:5000\/team\/reported@.*: over the threshold, which does not apply to the image$/m,
        );
        assert.match(text, /^host:5000\/team\/broken@.*: no verdict\n {4}the report did not arrive whole/m);
        assert.match(text, /^note portcullis:scan\.exceptions: the exception of CVE-1 ended on 2026-01-01/m);
        assert.match(
            text,
            /\nVerdict {2}not passed: no verdict; 1 of 5 images passes; 1 refused; 1 over a threshold that does not apply; 2 without a verdict\n$/,
        );
        assert.match(renderScans("table", passedRun()), /\nVerdict {2}passed; 1 of 1 image passes\n$/);
        assert.match(
            renderScans("table", emptyRun()),
            /\nno image was scanned, and so nothing was judged\n\nVerdict {2}not passed: no verdict; nothing was judged\n$/,
        );
    });

    it("has colours only where asked for, and lines of the terminal's width", () => {
        assert.ok(renderScans("table", fullRun(), { colour: true }).includes("\u001b[31m"));
        const rows = renderScans("table", fullRun(), { colour: false, width: 80 })
            .split("\n")
            .filter((line) => /^ {5}/.test(line));
        assert.ok(rows.length > 9 && rows.every((line) => line.length <= 80), rows.join("\n"));
    });
});

describe("the forms of a scan: hostile names", () => {
    for (const format of scanFormats) {
        it(`are shown and not obeyed: ${format}`, () => {
            const text = renderScans(format, hostileRun());
            assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\u202e\ud800]/u);
            assert.doesNotMatch(text, /^(pass|Verdict {2}passed)/m);
        });
    }
});

import assert from "node:assert/strict";
import { compare } from "../../../audit/docker-bench/compare";
import { sectionsBeside } from "../../../audit/report/beside";
import { renderHtml } from "../../../audit/report/html";
import { renderTable } from "../../../audit/report/table";
import { check, dockerBenchReport, mixed, report, view, viewBeside } from "./sample";

describe("audit reports: beside the real Docker Bench", () => {
    it("names each difference in the table, the known errors with their reason", () => {
        const text = renderTable(viewBeside(), { colour: false });
        assert.match(text, /^Docker Bench 1\.6\.0 on the same host: score 1 of 9, \d+ verdicts as here$/m);
        assert.match(
            text,
            /^ {2}its known errors: 2\n {4}2\.17 .*\n {4}5\.8 {5}PASS here, INFO there: knows/m,
        );
        assert.match(text, /^ {2}unexplained: 1\n {4}2\.2 {5}PASS here, INFO there$/m);
    });

    it("has both results on the page, section by section and check by check", () => {
        const page = renderHtml(viewBeside());
        assert.match(page, /<h2 id="beside">Beside Docker Bench 1\.6\.0<\/h2>/);
        assert.match(page, /<th scope="row"><b>2<\/b> Docker daemon<\/th><td>2<\/td><td>-1<\/td>/);
        assert.match(page, /<b>2\.2<\/b> Title of 2\.2<\/th><td><span class="badge PASS">PASS<.*INFO/);
        assert.match(page, /knows &lt;i&gt;old&lt;\/i&gt; names/);
        const told = page.match(/Docker Bench, run here: /g)?.length;
        assert.equal(told, viewBeside().report.results.length);
    });

    it("says nothing of it where it was not run", () => {
        for (const text of [renderHtml(view(mixed)), renderTable(view(mixed), { colour: false })]) {
            assert.doesNotMatch(text, /Beside Docker Bench|run here:|on the same host/);
        }
    });

    it("counts the points of both", () => {
        const audited = report([
            check("2.2", "PASS"),
            check("2.3", "WARN", { dockerBench: { result: "PASS", why: "does not see it" } }),
            check("2.4", "NOTE", { scored: false }),
        ]);
        const [, daemon] = sectionsBeside(audited, compare(audited, dockerBenchReport(audited)));
        assert.deepEqual(daemon, { section: 2, title: "Docker daemon", ours: 0, theirs: 2 });
    });

    it("shows the id of a check that only Docker Bench has as text", () => {
        const audited = report([check("2.2", "PASS")]);
        const theirs = dockerBenchReport(audited);
        const results = [...theirs.results, { id: "\u001b[31m<b>", result: "WARN" as const }];
        const dockerBench = compare(audited, { ...theirs, results });
        const shown = { ...view([check("2.2", "PASS")], { dockerBench }), dockerBench };
        assert.match(renderHtml(shown), /\\u\{1b\}\[31m&lt;b&gt;/);
        assert.match(renderTable(shown, { colour: false }), /\\u\{1b\}\[31m<b> absent here, WARN there/);
    });
});

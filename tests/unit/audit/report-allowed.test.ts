import assert from "node:assert/strict";
import { z } from "zod";
import { renderJson } from "../../../audit/report/docker-bench-json";
import { renderHtml } from "../../../audit/report/html";
import { renderJunit } from "../../../audit/report/junit";
import { renderSarif } from "../../../audit/report/sarif";
import { renderTable } from "../../../audit/report/table";
import { exitCode, standing } from "../../../audit/verdict";
import { expectedOfStack } from "../../../audit/expected-warnings";
import { check, view } from "./sample";

const limit = "the host is a container, and the kernel takes audit rules from no container";

/** An audit of which all is allowed, but for a port of somebody else's container. */
function shown(ports: readonly string[] = ["shop-registry:5000"]) {
    const results = [
        check("1.1.3", "WARN", { items: ["/usr/bin/dockerd"], hostLimit: limit }),
        check("1.1.18", "WARN", { items: ["/usr/bin/runc"], hostLimit: limit }),
        check("2.2", "PASS"),
        check("5.9", "WARN", { items: ports }),
    ];
    return view(results, { expected: expectedOfStack("shop") });
}

const registry = /the registry is there to be reached/;

describe("audit reports: what is allowed, and why", () => {
    it("ends with 0 where all is allowed, and with 1 where a part is not", () => {
        assert.equal(exitCode(shown()), 0);
        const other = shown(["shop-registry:5000", "web:8080"]);
        assert.equal(exitCode(other), 1);
        assert.deepEqual(
            other.report.results.map((one) => standing(other, one)),
            ["allowed", "allowed", undefined, "over the gate"],
        );
    });

    it("is in the table, each reason once", () => {
        const text = renderTable(shown(), { colour: false });
        assert.match(text, new RegExp(`^Allowed\n {2}1\\.1\\.3, 1\\.1\\.18: ${limit}$`, "m"));
        assert.match(text, /^ {2}5\.9 \(shop-registry:5000\): the registry is there to be reached/m);
        assert.match(text, /^The gate is passed\.\n3 WARNs are allowed, for the reasons above\.$/m);
        const both = renderTable(shown(["shop-registry:5000", "web:8080"]), { colour: false });
        assert.match(both, /^ {2}5\.9 \(shop-registry:5000\): the registry/m);
        assert.match(both, /^ {2}5\.9 WARN Title of 5\.9 \(web:8080\)\. Remedy/m);
    });

    it("is on the page", () => {
        const page = renderHtml(shown());
        const section = /<h2 id="allowed">.*?<\/section>/s.exec(page)?.[0] ?? "";
        assert.match(section, new RegExp(`<b>1\\.1\\.3</b>, <b>1\\.1\\.18</b>: ${limit}`));
        assert.match(section, /<b>5\.9<\/b> shop-registry:5000: the registry is there to be reached/);
        assert.match(page, /<p>3 WARNs are allowed, for the reasons that stand below\.<\/p>/);
        assert.doesNotMatch(
            renderHtml(view([check("2.2", "PASS")])),
            /id="allowed"|allowed, for the reasons/,
        );
    });

    it("is in JSON, SARIF and JUnit", () => {
        const { report, gate } = shown();
        const { gate: told } = z
            .object({ gate: z.object({ passed: z.boolean(), allowed: z.array(z.unknown()) }) })
            .parse(JSON.parse(renderJson(report, undefined, gate)));
        assert.equal(told.passed, true);
        assert.deepEqual(
            told.allowed,
            gate.allowed.map(({ check: { id }, items, reason }) => ({ id, items, reason })),
        );
        assert.equal(gate.allowed.length, 3);
        const sarif = renderSarif(shown(["shop-registry:5000", "web:8080"]));
        assert.equal(sarif.match(/"justification": "the registry is there/g)?.length, 1);
        assert.equal(sarif.match(/"justification": "the host is a container/g)?.length, 2);
        assert.match(
            renderJunit(shown()),
            /<skipped message="allowed: WARN: shop-registry:5000">Allowed: 5\.9 \(shop-registry:5000\): the registry/,
        );
        const failed = renderJunit(shown(["shop-registry:5000", "web:8080"]));
        const failure = /<failure type="WARN".*?<\/failure>/s.exec(failed)?.[0] ?? "";
        assert.match(failure, /- web:8080/);
        assert.match(failure, registry);
    });
});

import assert from "node:assert/strict";
import type { Finding } from "../../../scan/report";
import { parseVex } from "../../../scan/vex";
import { statementNotes, statementText } from "../../../scan/vex-match";
import { other, statement, taken, today, vex } from "./vex-sample";

describe("a statement about a vulnerability", () => {
    const of = (name: string, ...aliases: string[]) => statement({ vulnerability: { name, aliases } });
    const ghsa: Partial<Finding> = { vulnerability: "GHSA-1", cves: ["CVE-2026-0001"] };
    const table: readonly (readonly [string, object, Partial<Finding>, boolean])[] = [
        ["of its name", of("CVE-2021-3711"), {}, true],
        ["of an alias of its", of("GHSA-1", "CVE-2021-3711"), {}, true],
        ["of another name", of("CVE-2021-37111"), {}, false],
        ["of the id, where that is no CVE id", of("GHSA-1"), ghsa, true],
        ["of the only CVE id beside the id", of("CVE-2026-0001"), ghsa, true],
        [
            "of one CVE id of two",
            of("CVE-2026-0001"),
            { ...ghsa, cves: ["CVE-2026-0001", "CVE-2026-0002"] },
            false,
        ],
        ["of a CVE id that a link leads to", of("CVE-2026-0001"), { cves: ["CVE-2026-0001"] }, false],
    ];
    for (const [what, one, change, expected] of table) {
        it(`${expected ? "applies" : "does not apply"}: ${what}`, () => {
            assert.equal(taken([one], change), expected ? "1" : undefined);
        });
    }
});

describe("two statements about a finding", () => {
    const at = (time: string | undefined, status: string, change: object = {}) =>
        statement({ timestamp: time, status, ...change });
    const [early, late] = ["2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z"];
    const linked = { vulnerability: { name: "CVE-2026-0001" } };
    const table: readonly (readonly [string, readonly object[], string | undefined])[] = [
        ["the later one counts: affected", [at(early, "not_affected"), at(late, "affected")], undefined],
        [
            "the later one counts: investigated",
            [at(early, "fixed"), at(late, "under_investigation")],
            undefined,
        ],
        ["the later one counts: fixed", [at(late, "fixed"), at(early, "affected")], "1"],
        ["the document's time stands for none", [at(early, "affected"), at(undefined, "fixed")], "2"],
        ["the document's time is one too", [at(undefined, "fixed"), at(late, "affected")], undefined],
        ["at one time the one that does not take away", [at(late, "fixed"), at(late, "affected")], undefined],
        ["at one time the first one", [at(late, "fixed"), at(late, "not_affected")], "1"],
        ["the later one of two", [at(early, "fixed"), at(late, "not_affected")], "2"],
        [
            "one of another image counts not",
            [at(early, "fixed"), at(late, "affected", { products: [{ "@id": other }] })],
            "1",
        ],
        [
            "a link is enough for one that does not take away",
            [at(early, "fixed"), at(late, "affected", linked)],
            undefined,
        ],
        ["a link is not enough for one that does", [at(early, "fixed"), at(late, "fixed", linked)], "1"],
    ];
    for (const [what, statements, expected] of table) {
        it(what, () => {
            assert.equal(taken(statements, { cves: ["CVE-2021-3711", "CVE-2026-0001"] }), expected);
        });
    }
});

describe("the words about statements", () => {
    const of = (file: string, statements: readonly object[]) => parseVex(file, vex(statements), today);

    it("are file, id, day and reason", () => {
        const [one] = of("vex.json", [statement({ timestamp: "2026-11-21T23:00:00Z" })]);
        assert.ok(one);
        assert.equal(
            statementText(one),
            "by vex.json, https://example.org/vex-1, statement 1, of 2026-11-21 (not_affected: vulnerable_code_not_in_execute_path)",
        );
    });

    it("name those of each file that nothing needs, but for those that take nothing away", () => {
        const one = of("one.json", [statement(), statement({ status: "affected" }), statement()]);
        const two = of("two.json", [statement()]);
        const begin = "portcullis:scan.vexFiles:";
        const rest = "that take something away are about no finding of an image, or a later one is:";
        assert.deepEqual(statementNotes([...one, ...two], new Set()), [
            `${begin} 2 of the 2 statements of one.json ${rest} https://example.org/vex-1, statement 1, https://example.org/vex-1, statement 3`,
            `${begin} 1 of the 1 statements of two.json ${rest} https://example.org/vex-1, statement 1`,
        ]);
        assert.deepEqual(statementNotes([...one, ...two], new Set([...one.slice(2), ...two])), [
            `${begin} 1 of the 2 statements of one.json ${rest} https://example.org/vex-1, statement 1`,
        ]);
        assert.deepEqual(statementNotes(one, new Set(one)), []);
    });
});

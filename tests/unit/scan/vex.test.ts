import assert from "node:assert/strict";
import { parseVex } from "../../../scan/vex";
import { statement, vex } from "./vex-sample";

const today = "2026-11-27";
const parse = (statements: readonly object[], change: Record<string, unknown> = {}) =>
    parseVex("vex.json", vex(statements, change), today);

describe("an OpenVEX document", () => {
    it("is read as its statements", () => {
        const products = [
            {
                "@id": "pkg:oci/app",
                identifiers: { purl: "pkg:oci/app", cpe23: "cpe:2.3:a:b:c" },
                hashes: { "sha-256": "00" },
                subcomponents: [{ "@id": "pkg:deb/debian/openssl", identifiers: {}, hashes: {} }],
            },
        ];
        const whole = statement({
            "@id": "https://example.org/vex-1#1",
            version: 2,
            vulnerability: { "@id": "https://x", name: "CVE-1", description: "d", aliases: ["GHSA-1"] },
            timestamp: "2026-11-21T10:00:00+01:00",
            last_updated: "2026-11-22T10:00:00Z",
            supplier: "s",
            status_notes: "seen",
            impact_statement: "no TLS",
            action_statement: "a",
            action_statement_timestamp: "2026-11-22T10:00:00Z",
            products,
        });
        const document = { role: "r", last_updated: "2026-11-22T10:00:00Z", tooling: "t" };
        assert.deepEqual(parse([whole], document), [
            {
                file: "vex.json",
                id: "https://example.org/vex-1#1",
                time: Date.parse("2026-11-21T09:00:00Z"),
                takesAway: true,
                why: "not_affected: vulnerable_code_not_in_execute_path; no TLS; seen",
                names: ["CVE-1", "GHSA-1"],
                products,
            },
        ]);
    });

    it("gives statements what they do not say themselves", () => {
        assert.deepEqual(parse([statement(), { vulnerability: { name: "CVE-2" }, status: "fixed" }])[1], {
            file: "vex.json",
            id: "https://example.org/vex-1, statement 2",
            time: Date.parse("2026-11-20T10:00:00Z"),
            takesAway: true,
            why: "fixed",
            names: ["CVE-2"],
            products: [],
        });
    });

    for (const [status, takesAway] of [
        ["not_affected", true],
        ["fixed", true],
        ["affected", false],
        ["under_investigation", false],
    ] as const) {
        it(`${takesAway ? "takes" : "does not take"} away what is ${status}`, () => {
            assert.equal(parse([statement({ status })])[0]?.takesAway, takesAway);
        });
    }

    for (const justification of [
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    ]) {
        it(`may be justified: ${justification}`, () => {
            assert.equal(parse([statement({ justification })])[0]?.why, `not_affected: ${justification}`);
        });
    }

    it("may have an impact statement instead", () => {
        const of = statement({ justification: undefined, impact_statement: "no TLS" });
        assert.equal(parse([of])[0]?.why, "not_affected: no TLS");
    });

    it("of today holds", () => {
        assert.equal(parse([statement()], { timestamp: "2026-11-27T23:59:59Z" }).length, 1);
    });

    const not = "is not an OpenVEX document \\(v0\\.2\\.0\\): ";
    const one = [statement()];
    const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
        [
            "that is cut off",
            () => parseVex("f", vex(one).slice(0, -1), today),
            /^is no JSON, and may be cut off: /,
        ],
        [
            "of another version",
            () => parse(one, { "@context": "https://openvex.dev/ns/v0.0.1" }),
            new RegExp(`^${not}.*"https://openvex\\.dev/ns/v0\\.2\\.0" at \\["@context"\\]$`),
        ],
        ["without an id", () => parse(one, { "@id": " " }), new RegExp(`^${not}.*at \\["@id"\\]$`)],
        ["without an author", () => parse(one, { author: "" }), new RegExp(`^${not}.*at author$`)],
        ["without a time", () => parse(one, { timestamp: undefined }), new RegExp(`^${not}.*at timestamp$`)],
        [
            "of a time without a zone",
            () => parse(one, { timestamp: "2026-11-20T10:00:00" }),
            new RegExp(`^${not}.*at timestamp$`),
        ],
        ["of version 0", () => parse(one, { version: 0 }), new RegExp(`^${not}.*at version$`)],
        ["without statements", () => parse([]), new RegExp(`^${not}.*at statements$`)],
        ["with a key that nobody knows", () => parse(one, { more: 1 }), /"more"/],
        [
            "with a statement's key that nobody knows",
            () => parse([statement({ product: [] })]),
            /"product" at statements\[0\]$/,
        ],
        [
            "with a product's key that nobody knows",
            () => parse([statement({ products: [{ "@id": "a", subcomponent: [] }] })]),
            /"subcomponent" at statements\[0\]\.products\[0\]$/,
        ],
        [
            "with a subcomponent's key that nobody knows",
            () => parse([statement({ products: [{ "@id": "a", subcomponents: [{ purl: "a" }] }] })]),
            /"purl" at statements\[0\]\.products\[0\]\.subcomponents\[0\]$/,
        ],
        [
            "with a vulnerability's key that nobody knows",
            () => parse([statement({ vulnerability: { name: "a", id: "b" } })]),
            /"id" at statements\[0\]\.vulnerability$/,
        ],
        [
            "of a vulnerability without a name",
            () => parse([statement({ vulnerability: { name: "" } })]),
            /at statements\[0\]\.vulnerability\.name$/,
        ],
        ["of another status", () => parse([statement({ status: "none" })]), /at statements\[0\]\.status$/],
        [
            "of another reason",
            () => parse([statement({ justification: "none" })]),
            /at statements\[0\]\.justification$/,
        ],
        [
            "of no reason",
            () => parse([statement({ justification: undefined })]),
            /^is not an OpenVEX document \(v0\.2\.0\): is needed with not_affected, or an impact_statement at statements\[0\]\.justification$/,
        ],
        [
            "of an empty reason",
            () => parse([statement({ justification: undefined, impact_statement: " " })]),
            /at statements\[0\]\.impact_statement$/,
        ],
        [
            "with a statement of tomorrow",
            () => parse([statement({ timestamp: "2026-11-28T00:00:00Z" })]),
            /^has a statement of 2026-11-28 \(https:\/\/example\.org\/vex-1, statement 1\), and today is 2026-11-27$/,
        ],
    ];
    for (const [what, act, message] of refused) {
        it(`is refused: one ${what}`, () => {
            assert.throws(act, ({ message: text }: Error) => {
                assert.match(text, message);
                return true;
            });
        });
    }
});

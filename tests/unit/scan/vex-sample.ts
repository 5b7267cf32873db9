import assert from "node:assert/strict";
import { parseReport, type Finding } from "../../../scan/report";
import { parseVex } from "../../../scan/vex";
import { statementOf } from "../../../scan/vex-match";
import { deb, holds, type Held } from "./holds";
import { clairReport } from "./sample";

export const today = "2026-11-27";

/** The image that statements are about, and another digest. */
export const repository = "host:5000/team/app";
export const digest = `sha256:${"b".repeat(64)}`;
export const other = `sha256:${"c".repeat(64)}`;

/** An OpenVEX document, as text. @param change of its keys */
export function vex(statements: readonly object[], change: Record<string, unknown> = {}): string {
    return JSON.stringify({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex-1",
        author: "Some Team",
        timestamp: "2026-11-20T10:00:00Z",
        version: 1,
        statements,
        ...change,
    });
}

/** A statement that takes a vulnerability away. @param change of its keys */
export function statement(change: Record<string, unknown> = {}): Record<string, unknown> {
    return {
        vulnerability: { name: "CVE-2021-3711" },
        products: [{ "@id": `sha256:${"b".repeat(64)}` }],
        status: "not_affected",
        justification: "vulnerable_code_not_in_execute_path",
        ...change,
    };
}

/** A finding in a package. */
export function findingIn({ name, version = "1.0" }: Held, change: Partial<Finding> = {}): Finding {
    const [finding] = parseReport(clairReport([{ severity: "High", name: "CVE-2021-3711" }])).findings;
    assert.ok(finding);
    return { ...finding, package: name, version, ...change };
}

export const openssl = deb("openssl");

/** The ids of the statement that takes the finding away. */
export function taken(
    statements: readonly object[],
    change: Partial<Finding> = {},
    held: readonly [Held, ...Held[]] = [openssl],
): string | undefined {
    const all = parseVex("vex.json", vex(statements), today);
    return statementOf(
        findingIn(held[0], change),
        { repository, digest, inventory: holds(held) },
        all,
    )?.id.replace(/.* /, "");
}

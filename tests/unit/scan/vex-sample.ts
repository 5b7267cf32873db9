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

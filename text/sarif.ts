import type { Log, Run } from "sarif";
import { jsonText } from "./json";

/** The address of the format's schema, by its specification. */
const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** A log of SARIF 2.1.0 of one run. */
export function sarifText(run: Run): string {
    const log: Log = { $schema: schema, version: "2.1.0", runs: [run] };
    return jsonText(log);
}

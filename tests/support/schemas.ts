/** The schemas of reports' formats. */
import * as fs from "node:fs";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { z } from "zod";

function sarifValidator() {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats(ajv);
    const schema = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    return ajv.compile(z.record(z.string(), z.unknown()).parse(JSON.parse(fs.readFileSync(schema, "utf8"))));
}

let validator: ReturnType<typeof sarifValidator> | undefined;

/** What is wrong with a text by the schema of SARIF 2.1.0; empty where nothing is. */
export function sarifErrors(text: string): string[] {
    validator ??= sarifValidator();
    validator(JSON.parse(text));
    return (validator.errors ?? []).map((error) => JSON.stringify(error));
}

import { create } from "xmlbuilder2";
import type { XMLBuilder } from "xmlbuilder2/lib/interfaces";

/** The root of a new document. What XML does not allow in a text is shown as U+FFFD. */
export function xmlRoot(name: string, attributes: Readonly<Record<string, string>>): XMLBuilder {
    const document = create({ version: "1.0", encoding: "UTF-8", invalidCharReplacement: "\uFFFD" });
    return document.ele(name, attributes);
}

/** The document of a root, on several lines. */
export function xmlText(root: XMLBuilder): string {
    return `${root.end({ prettyPrint: true })}\n`;
}

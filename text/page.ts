import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import Handlebars from "handlebars";

/** The files of a page: paths. */
interface PageFiles {
    /** Handlebars; takes `style`, `styleDigest`, `script` and `scriptDigest` beside the data. */
    readonly template: string;
    /** Beside the style that all pages share. */
    readonly styles: readonly string[];
    readonly script: string;
}

function digest(text: string): string {
    return crypto.createHash("sha256").update(text).digest("base64");
}

/** Text as HTML: text between backticks becomes code, and all else stays plain text. */
function prose(text: unknown): Handlebars.SafeString {
    const escaped = Handlebars.escapeExpression(String(text));
    // Handlebars escapes the backtick too.
    return new Handlebars.SafeString(
        escaped.replace(/&#x60;(.+?)&#x60;/g, (_whole, code: string) => `<code>${code}</code>`),
    );
}

function read(file: string): string {
    return fs.readFileSync(file, "utf8");
}

/** One HTML page that needs no other file. Texts of the data stay plain text, and no script but the page's own can run. */
export function renderPage(files: PageFiles, data: Readonly<Record<string, unknown>>): string {
    const shared = (name: string): string => path.join(__dirname, name);
    const style = [shared("page.css"), ...files.styles, shared("page.media.css")].map(read).join("");
    const script = read(files.script);
    const template = Handlebars.compile<Record<string, unknown>>(read(files.template), { strict: true });
    const assets = { style, script, styleDigest: digest(style), scriptDigest: digest(script) };
    return template({ ...data, ...assets }, { helpers: { prose } });
}

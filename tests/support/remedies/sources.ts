/** The texts that the program can print, read from its sources: the strings of its TypeScript, the messages of its scripts. */
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { root } from "../stack";

/** What stands for a value that is known when the text is printed. */
const value = "X";

/** Files whose texts are pages of a reader's own choice, and no messages; or whose remedies are had from their functions. */
const leftOut = ["cli/settings.ts", "cli/summary.ts", "audit/checks/files.ts", "audit/drift/"];

const rooms = ["audit", "cli", "components", "config", "outputs", "policy", "scan", "text", "transport"];

/** A text, and the file that has it. */
interface Text {
    readonly file: string;
    readonly text: string;
}

function filesBelow(folder: string): string[] {
    return fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .map((file) => path.join(folder, file))
        .sort();
}

/** A string of the source, with its values left out; undefined: the expression is no string. */
function textOf(node: ts.Expression): string | undefined {
    if (ts.isStringLiteralLike(node)) {
        return node.text;
    }
    if (ts.isTemplateExpression(node)) {
        return node.head.text + node.templateSpans.map(({ literal }) => value + literal.text).join("");
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
        const [left, right] = [textOf(node.left), textOf(node.right)];
        return left === undefined && right === undefined ? undefined : (left ?? value) + (right ?? value);
    }
    return undefined;
}

function textsOfTypeScript(file: string): Text[] {
    const source = ts.createSourceFile(
        file,
        fs.readFileSync(path.join(root, file), "utf8"),
        ts.ScriptTarget.Latest,
        true,
    );
    const found: Text[] = [];
    const look = (node: ts.Node): void => {
        // The source of a check is no advice.
        if (ts.isPropertyAssignment(node) && ["reads", "title"].includes(node.name.getText(source))) {
            return;
        }
        const text = ts.isExpression(node) ? textOf(node) : undefined;
        if (text !== undefined) {
            found.push({ file, text });
        }
        // The parts of a sum are no texts of their own; what is filled into a template may have one.
        ts.forEachChild(node, text !== undefined && ts.isBinaryExpression(node) ? () => undefined : look);
    };
    look(source);
    return found;
}

/** Reads a shell word in double quotes; its values are left out. @returns the text, and the index behind the word */
function shellString(source: string, from: number): [string, number] {
    let text = "";
    let at = from;
    while (at < source.length && source[at] !== '"') {
        if (source[at] === "\\") {
            text += source[at + 1] ?? "";
            at += 2;
        } else if (source.startsWith("$(", at)) {
            text += value;
            at = behindBrackets(source, at + 2);
        } else if (source[at] === "$") {
            text += value;
            at += /^\$(?:\{[^}]*\}|[A-Za-z_]\w*|.)/.exec(source.slice(at))?.[0].length ?? 1;
        } else {
            text += source[at] ?? "";
            at++;
        }
    }
    return [text, at + 1];
}

function behindBrackets(source: string, from: number): number {
    let depth = 1;
    let at = from;
    for (; at < source.length && depth > 0; at++) {
        if (source[at] === "'") {
            at = source.indexOf("'", at + 1);
        } else {
            depth += source[at] === "(" ? 1 : source[at] === ")" ? -1 : 0;
        }
    }
    return at;
}

/** The words in double quotes behind `fail`, `say` and `die`, and those of a variable that is printed so. */
function textsOfShell(file: string): Text[] {
    const source = fs.readFileSync(path.join(root, file), "utf8");
    const found: Text[] = [];
    for (const { 0: all, index } of source.matchAll(
        /(?:\b(?:fail|say|die|echo)|\b(?:advice|remedy)=)(?=[ "])/g,
    )) {
        let at = index + all.length;
        for (
            let word = /^[ \\\n]*"/.exec(source.slice(at));
            word !== null;
            word = /^[ \\\n]*"/.exec(source.slice(at))
        ) {
            const [text, behind] = shellString(source, at + word[0].length);
            found.push({ file, text });
            at = behind;
        }
    }
    return found;
}

/** All texts of the program and of `./pulumiw`. */
export function printableTexts(): Text[] {
    const files = rooms.flatMap(filesBelow).filter((file) => !leftOut.some((one) => file.startsWith(one)));
    const shell = [...files, ...filesBelow("toolchain").filter((file) => !file.includes("node_modules"))];
    return [
        ...[...files, "index.ts"].filter((file) => file.endsWith(".ts")).flatMap(textsOfTypeScript),
        ...[...shell, "pulumiw"]
            .filter((file) => file.endsWith(".sh") || file === "pulumiw")
            .flatMap(textsOfShell),
    ];
}

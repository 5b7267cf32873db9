/** The commands in a text that the program prints. */

/** First words of what a user would type. `make` is a verb of plain English too, so its targets are named. */
const programs = [
    "./pulumiw",
    "apt-get",
    "auditctl",
    "augenrules",
    "ausearch",
    "bin/portcullis",
    "cd",
    "chmod",
    "chown",
    "clairctl",
    "cp",
    "diff",
    "docker",
    "find",
    "gpasswd",
    "journalctl",
    "lab/lab",
    "make (?:audit|authorization-plugin|clean|destroy|host|preview|up)\\b",
    "mkdir",
    "mv",
    "npm",
    "pulumi",
    "rm",
    "sha256sum",
    "sysctl",
    "systemctl",
    "useradd",
];

/** A command stands at the beginning, behind `: ` or `run `, in backticks, in quotes, or in brackets. */
const beginning = new RegExp(
    String.raw`(^|: |\brun |[\`'(])(${programs.map((word) => (word.startsWith("make ") ? word : `${word.replaceAll(".", String.raw`\.`)} +`)).join("|")})`,
    "g",
);

const closers: Readonly<Record<string, string>> = { "`": "`", "'": "'", "(": ")" };

/** The index behind a part that the shell would take as one: in single or in double quotes. */
function behindQuotes(text: string, from: number): number {
    const quote = text[from] ?? "";
    for (let at = from + 1; at < text.length; at++) {
        if (text[at] === "\\" && quote === '"') {
            at++;
        } else if (text[at] === quote) {
            return at;
        }
    }
    return text.length;
}

/** The end of a command: at its closer, or, where it has none, where the sentence goes on. */
function endOf(text: string, from: number, closer: string | undefined): number {
    for (let at = from; at < text.length; at++) {
        const character = text[at] ?? "";
        if (character === closer) {
            return at;
        }
        if ((character === "'" && closer !== "'") || character === '"') {
            at = behindQuotes(text, at);
        } else if (character === "\\") {
            at++;
        } else if (closer === undefined && /^(?:[;,.] |\.?$| \(| or |\. )/.test(text.slice(at, at + 4))) {
            return at;
        }
    }
    return text.length;
}

/** All commands in a printed text, as they are to be typed, in the order in which they are printed. */
export function commandsIn(text: string): string[] {
    const found: string[] = [];
    let past = 0;
    for (const match of text.matchAll(beginning)) {
        const [all, before = "", program = ""] = match;
        const from = match.index + all.length - program.length;
        if (from >= past) {
            const end = endOf(text, from, closers[before]);
            found.push(text.slice(from, end).trim());
            past = end;
        }
    }
    return found;
}

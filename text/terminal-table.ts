import { styleText } from "node:util";
import Table from "cli-table3";

/** The terminal's way to show a table. */
export interface TableOptions {
    /** Whether to colour; false for a terminal that wants no colour. */
    readonly colour: boolean;
    /** Columns of the terminal; undefined for a file or a pipe, where no line is broken. */
    readonly width?: number;
}

type Colour = "green" | "red" | "blue" | "yellow" | "bold";

export type Paint = (colour: Colour, text: string) => string;

/** Colours text, or does not. */
export function painter({ colour }: TableOptions): Paint {
    return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** No lines, two blanks between columns. */
const bare = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
};

/** Narrowest terminal for which lines are broken. */
const narrowest = 50;

/** Rows that are laid out together. */
const partRows = 50;

/**
 * Rows as a table without lines. The last column takes what the terminal has left, and its text is broken there.
 *
 * @param columns widths of the columns in front, with the blanks behind them; undefined: as wide as their texts
 */
export function plainTable(
    rows: readonly (readonly string[])[],
    columns: readonly (number | undefined)[],
    width: number | undefined,
): string {
    const taken = columns.reduce((sum: number, column) => sum + (column ?? 0) + 2, 0);
    const rest = Math.max(width ?? 0, narrowest) - taken;
    const layout = {
        chars: bare,
        style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
        colWidths: [...columns.map((column) => column ?? null), width === undefined ? null : rest],
        wordWrap: width !== undefined,
    };
    // The time of a table grows with the square of its rows; where the widths are known, parts look like the whole.
    const most = columns.includes(undefined) ? Math.max(rows.length, 1) : partRows;
    const parts = Array.from({ length: Math.ceil(rows.length / most) }, (_one, at) => {
        const table = new Table(layout);
        table.push(...rows.slice(at * most, (at + 1) * most).map((row) => [...row]));
        return table.toString();
    });
    // Blanks at the ends of lines show when text is copied.
    return parts.join("\n").replace(/ +$/gm, "");
}

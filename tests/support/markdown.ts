/** Cells of Markdown tables, without the padding that the formatter gives them. */
export function cells(table: string): string[][] {
    return table
        .trim()
        .split("\n")
        .filter((line) => !/^\|[\s|:-]+\|$/.test(line))
        .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

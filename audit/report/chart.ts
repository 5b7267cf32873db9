/** Points of one section; `before` is absent where there is no earlier audit. */
interface BarValues {
    readonly before?: number;
    readonly after: number;
    readonly best: number;
}

/** Height of the drawing, in its own units. */
const height = 24;

function rectangle(style: string, from: number, to: number, y: number, thickness: number): string {
    const x = Math.min(from, to);
    return `<rect class="${style}" x="${x}" y="${y}" width="${Math.abs(to - from)}" height="${thickness}"/>`;
}

/**
 * Two bars of a section, before above now, as SVG: all sections on one scale, with the zero line where it belongs.
 *
 * @param scale most points that any section can have, or lose
 */
export function barChart({ before, after, best }: BarValues, scale: number): string {
    // The drawing holds numbers only: no text of a host gets into the SVG.
    const x = (value: number): number => Math.round((1000 * (value + scale)) / (2 * scale)) / 10;
    const shapes = [
        rectangle("reach", x(0), x(best), 1, height - 2),
        ...(before === undefined ? [] : [rectangle("before", x(0), x(before), 3, 8)]),
        rectangle(
            after < 0 ? "after below" : "after",
            x(0),
            x(after),
            before === undefined ? 6 : 13,
            before === undefined ? 12 : 8,
        ),
        `<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${height}"/>`,
    ];
    return `<svg class="chart" viewBox="0 0 100 ${height}" preserveAspectRatio="none" aria-hidden="true">${shapes.join("")}</svg>`;
}

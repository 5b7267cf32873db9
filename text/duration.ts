/** Durations in the notation of Go, which the Docker API's clients use: `1m30s`, `100ms`. */

const units: readonly (readonly [string, bigint])[] = [
    ["ns", 1n],
    ["us", 1_000n],
    ["µs", 1_000n],
    ["ms", 1_000_000n],
    ["s", 1_000_000_000n],
    ["m", 60_000_000_000n],
    ["h", 3_600_000_000_000n],
];
const byName = new Map(units);
const onePart = /(\d+)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/y;

/** Nanoseconds, or undefined when the text is no duration. */
export function parseDuration(text: string): bigint | undefined {
    const negative = text.startsWith("-");
    const body = text.replace(/^[+-]/, "");
    if (body === "0") {
        return 0n;
    }
    let total = 0n;
    let position = 0;
    while (position < body.length) {
        onePart.lastIndex = position;
        const part = onePart.exec(body);
        const unit = byName.get(part?.[3] ?? "");
        if (part === null || unit === undefined) {
            return undefined;
        }
        const fraction = part[2] ?? "";
        total += BigInt(part[1] ?? "0") * unit;
        total += (BigInt(fraction === "" ? "0" : fraction) * unit) / 10n ** BigInt(fraction.length);
        position = onePart.lastIndex;
    }
    return position === 0 ? undefined : negative ? -total : total;
}

/** The text of a duration, as Go prints it: no unit is left out between the largest and seconds (`1h0m0s`). */
export function formatDuration(nanoseconds: number): string {
    if (nanoseconds === 0) {
        return "0s";
    }
    const sign = nanoseconds < 0 ? "-" : "";
    const value = BigInt(Math.abs(Math.trunc(nanoseconds)));
    const second = 1_000_000_000n;
    if (value < second) {
        const small = units
            .filter(([name]) => ["ns", "µs", "ms"].includes(name))
            .findLast(([, size]) => value >= size);
        return sign + decimal(value, small?.[1] ?? 1n) + (small?.[0] ?? "ns");
    }
    const hours = value / (3600n * second);
    const minutes = (value / (60n * second)) % 60n;
    const rest = `${decimal(value % (60n * second), second)}s`;
    const withMinutes = hours > 0n || minutes > 0n ? `${String(minutes)}m${rest}` : rest;
    return sign + (hours > 0n ? `${String(hours)}h` : "") + withMinutes;
}

function decimal(value: bigint, unit: bigint): string {
    const fraction = String(value % unit)
        .padStart(String(unit).length - 1, "0")
        .replace(/0+$/, "");
    return String(value / unit) + (fraction === "" || unit === 1n ? "" : `.${fraction}`);
}

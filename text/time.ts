const lengths = { minute: 16, second: 19 } as const;

/** A time (RFC 3339 in UTC) for readers: `2026-11-27 12:03 UTC` to the minute, `2026-11-27 12:03:41 UTC` to the second. */
export function timeText(time: string, precision: keyof typeof lengths): string {
    return `${time.slice(0, lengths[precision]).replace("T", " ")} UTC`;
}

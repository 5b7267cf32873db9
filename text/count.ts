/** A number of things in words: `1 difference`, `3 differences`. @param many the plural, where it is not `one` with an s */
export function counted(number: number, one: string, many = `${one}s`): string {
    return `${number} ${number === 1 ? one : many}`;
}

/** A whole number with its thousands set apart, `5,243`. */
export function grouped(number: number): string {
    return number.toLocaleString("en-US");
}

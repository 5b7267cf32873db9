/** The line after the data on a script's standard input: run.sh knows by it that no data was cut off. */
const seal = "\nPORTCULLIS-SEAL\n";

/** Data for the standard input of a script that is called with `sealed`. */
export function sealed(data: string): string {
    return data + seal;
}

/** The data before the seal, where there is one. */
export function unsealed(text: string): string {
    return text.endsWith(seal) ? text.slice(0, -seal.length) : text;
}

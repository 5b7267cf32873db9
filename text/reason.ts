/** The words of an error, for a message that says what could not be done, and then why. */
export function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

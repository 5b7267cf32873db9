/** The words of an error, for a message that names the failed action, and then the reason. */
export function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

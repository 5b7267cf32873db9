/** The host could not be asked, or gave no valid answer: nothing can be said about the host, neither good nor bad. */
export class TransportError extends Error {
    override readonly name = "TransportError";
}

/** The host could not be asked, or what answered was no answer: nothing can be said about the host, neither good nor bad. */
export class TransportError extends Error {
    override readonly name = "TransportError";
}

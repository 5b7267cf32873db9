/** Answers to calls of one request and one response. */
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { toServiceError } from "./errors";

/** A handler that answers with a function's result, or with the error that the function throws as a status. */
export function unary<Request, Response>(
    handler: (request: Request) => Response | Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
    const answer = async (request: Request): Promise<Response> => handler(request);
    return (call, callback) => {
        answer(call.request).then(
            (response) => {
                callback(null, response);
            },
            (error: unknown) => {
                callback(toServiceError(error));
            },
        );
    };
}

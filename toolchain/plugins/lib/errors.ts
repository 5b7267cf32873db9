/** Errors as gRPC statuses, with the details that the engine understands. */
import { type ServiceError, Metadata, status } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type Props, toStruct } from "./values";
import { reasonOf } from "../../../text/reason";

/** An error with a gRPC status code of its own (other errors are UNKNOWN, as in the official plugins). */
export class ProviderError extends Error {
    constructor(
        readonly code: status,
        message: string,
    ) {
        super(message);
        this.name = "ProviderError";
    }
}

/**
 * The resource exists but did not come up: the engine stores it under its id with the outputs given, reports the
 * reasons, and tries an update the next time.
 */
export class InitializationError extends Error {
    constructor(
        readonly id: string,
        readonly outputs: Props,
        readonly reasons: string[],
    ) {
        super(reasons.join("; "));
        this.name = "InitializationError";
    }
}

/** The gRPC form of whatever was thrown. */
export function toServiceError(error: unknown): ServiceError {
    const message = reasonOf(error);
    const code = error instanceof ProviderError ? error.code : status.UNKNOWN;
    const metadata = new Metadata();
    if (error instanceof InitializationError) {
        metadata.add("grpc-status-details-bin", initializationDetails(error, message));
    }
    return Object.assign(new Error(message), { code, details: message, metadata });
}

function initializationDetails(error: InitializationError, message: string): Buffer {
    const detail = new ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(toStruct(error.outputs));
    detail.setReasonsList(error.reasons);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const wrapper = new Status();
    wrapper.setCode(status.UNKNOWN);
    wrapper.setMessage(message);
    wrapper.setDetailsList([packed]);
    return Buffer.from(wrapper.serializeBinary());
}

/** The plugin protocol's service for one provider definition. */
import { status } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ProviderError } from "./errors";
import type { ProviderDefinition } from "./resource";
import { changingMethods, comparingMethods } from "./resource-methods";
import { checkResponse, diffResponse, failureMessages } from "./responses";
import { type ServiceHooks, Session, unknownToken } from "./session";
import { unary } from "./unary";
import { type Props, toStruct } from "./values";

/** Keys that the engine may leave among a provider's inputs and that are no configuration. */
const engineKeys = ["version", "pluginDownloadURL", "__internal"];

/** The methods of the protocol that offline plugins answer; the server answers UNIMPLEMENTED to the others. */
export type Service = Pick<
    IResourceProviderServer,
    | "handshake"
    | "attach"
    | "getPluginInfo"
    | "getSchema"
    | "checkConfig"
    | "diffConfig"
    | "configure"
    | "invoke"
    | "check"
    | "diff"
    | "create"
    | "read"
    | "update"
    | "delete"
    | "cancel"
>;

/** Makes the service. `engineAddress` is the engine's address, when that is known already. */
export function createService<C>(
    definition: ProviderDefinition<C>,
    hooks: ServiceHooks,
    engineAddress?: string,
): Service {
    const session = new Session(definition, hooks);
    session.attach(engineAddress ?? "");
    return {
        ...processMethods(session),
        ...configurationMethods(session),
        ...comparingMethods(session),
        ...changingMethods(session),
        ...invokeMethod(session),
    };
}

/** The methods on the process and on the plugin itself. */
function processMethods<C>(session: Session<C>) {
    return {
        handshake: unary((request: proto.ProviderHandshakeRequest) => {
            session.attach(request.getEngineAddress());
            const response = new proto.ProviderHandshakeResponse();
            response.setAcceptSecrets(session.definition.acceptSecrets ?? false);
            response.setAcceptResources(session.definition.acceptResources ?? false);
            return response;
        }),
        attach: unary((request: PluginAttach) => {
            session.attach(request.getAddress());
            return new Empty();
        }),
        getPluginInfo: unary(() => {
            const info = new PluginInfo();
            info.setVersion(session.definition.version);
            return info;
        }),
        getSchema: unary(() => {
            const response = new proto.GetSchemaResponse();
            response.setSchema(
                JSON.stringify({ name: session.definition.name, version: session.definition.version }),
            );
            return response;
        }),
        cancel: unary(() => {
            session.operations.cancel();
            return new Empty();
        }),
    };
}

function configurationMethods<C>(session: Session<C>) {
    return {
        checkConfig: unary((request: proto.CheckRequest) => {
            if (session.definition.checkConfig === undefined) {
                throw new ProviderError(status.UNIMPLEMENTED, "CheckConfig is not implemented");
            }
            return checkResponse(session.definition.checkConfig(session.read(request.getNews())));
        }),
        diffConfig: unary((request: proto.DiffRequest) => {
            if (session.definition.diffConfig === undefined) {
                throw new ProviderError(status.UNIMPLEMENTED, "DiffConfig is not implemented");
            }
            return diffResponse(
                session.definition.diffConfig(
                    session.read(request.getOldInputs()),
                    session.read(request.getNews()),
                ),
            );
        }),
        configure: unary((request: proto.ConfigureRequest) => {
            session.configure(
                session.definition.parseConfig(withoutEngineKeys(session.read(request.getArgs()))),
            );
            const response = new proto.ConfigureResponse();
            response.setAcceptsecrets(session.definition.acceptSecrets ?? false);
            response.setAcceptresources(session.definition.acceptResources ?? false);
            response.setAcceptoutputs(session.definition.acceptSecrets ?? false);
            response.setSupportspreview(true);
            return response;
        }),
    };
}

function invokeMethod<C>(session: Session<C>) {
    return {
        invoke: unary((request: proto.InvokeRequest) =>
            session.operations.run(0, async (signal) => {
                const invoked = session.definition.functions?.[request.getTok()];
                if (invoked === undefined) {
                    throw unknownToken(session.definition, "function", request.getTok());
                }
                const args = session.read(request.getArgs());
                const { result, failures } = await session.withContext("", "", signal, (ctx) =>
                    invoked(ctx, args),
                );
                const response = new proto.InvokeResponse();
                response.setReturn(toStruct(result));
                response.setFailuresList(failureMessages(failures));
                return response;
            }),
        ),
    };
}

function withoutEngineKeys(inputs: Props): Props {
    return Object.fromEntries(Object.entries(inputs).filter(([key]) => !engineKeys.includes(key)));
}

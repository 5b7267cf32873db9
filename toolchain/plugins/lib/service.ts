/** The plugin protocol's service for one provider definition. */
import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Engine, Messages } from "./engine";
import { ProviderError, toServiceError } from "./errors";
import { Operations } from "./operations";
import type { ProviderDefinition, Resource, ResourceContext } from "./resource";
import { checkResponse, diffResponse, failureMessages } from "./responses";
import { parseUrn } from "./urn";
import { type Props, fromStruct, reveal, toStruct } from "./values";

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

/** What a service tells its host. */
export interface ServiceHooks {
    /** The engine has said where it is reached. */
    attached(engine: Engine): void;
}

/** Makes the service. `engineAddress` is where the engine is reached, when that is known already. */
export function createService<C>(
    definition: ProviderDefinition<C>,
    hooks: ServiceHooks,
    engineAddress?: string,
): Service {
    const operations = new Operations();
    let engine: Engine | undefined;
    let configuration: { value: C } | undefined;

    const attach = (address: string): void => {
        if (address !== "" && engine === undefined) {
            engine = new Engine(address);
            hooks.attached(engine);
        }
    };
    attach(engineAddress ?? "");

    const config = (): C => {
        if (configuration === undefined) {
            throw new ProviderError(
                status.FAILED_PRECONDITION,
                `the ${definition.name} provider was not configured: the engine has to call Configure first`,
            );
        }
        return configuration.value;
    };

    /** The engine takes secret marks off for a provider that does not accept them; this makes sure of it. */
    const read = (struct: Struct | undefined): Props => {
        const props = fromStruct(struct);
        return definition.acceptSecrets
            ? props
            : Object.fromEntries(Object.entries(props).map(([key, value]) => [key, reveal(value)]));
    };

    /** Runs one operation on a resource, with its context; messages arrive before the answer does. */
    const onResource = <T>(
        request: { getUrn(): string; getTimeout?(): number },
        operation: (resource: Resource<C>, ctx: ResourceContext<C>) => Promise<T>,
    ): Promise<T> =>
        operations.run(request.getTimeout?.() ?? 0, async (signal) => {
            const { type, name } = parseUrn(request.getUrn());
            const resource = definition.resources[type];
            if (resource === undefined) {
                throw new ProviderError(status.NOT_FOUND, unknownType(definition, "resource type", type));
            }
            return withContext(request.getUrn(), name, signal, (ctx) => operation(resource, ctx));
        });

    const withContext = async <T>(
        urn: string,
        name: string,
        signal: AbortSignal,
        operation: (ctx: ResourceContext<C>) => Promise<T>,
    ): Promise<T> => {
        const messages = new Messages(engine, urn);
        const ctx: ResourceContext<C> = {
            config: config(),
            urn,
            name,
            signal,
            log: (severity, message) => {
                messages.send(severity, message, false);
            },
            status: (severity, message) => {
                messages.send(severity, message, true);
            },
            flush: () => messages.flush(),
        };
        try {
            return await operation(ctx);
        } finally {
            await messages.flush();
        }
    };

    return {
        handshake: unary((request: proto.ProviderHandshakeRequest) => {
            attach(request.getEngineAddress());
            const response = new proto.ProviderHandshakeResponse();
            response.setAcceptSecrets(definition.acceptSecrets ?? false);
            response.setAcceptResources(definition.acceptResources ?? false);
            return response;
        }),
        attach: unary((request) => {
            attach(request.getAddress());
            return new Empty();
        }),
        getPluginInfo: unary(() => {
            const info = new PluginInfo();
            info.setVersion(definition.version);
            return info;
        }),
        getSchema: unary(() => {
            const response = new proto.GetSchemaResponse();
            response.setSchema(JSON.stringify({ name: definition.name, version: definition.version }));
            return response;
        }),
        checkConfig: unary((request: proto.CheckRequest) => {
            if (definition.checkConfig === undefined) {
                throw new ProviderError(status.UNIMPLEMENTED, "CheckConfig is not implemented");
            }
            return checkResponse(definition.checkConfig(read(request.getNews())));
        }),
        diffConfig: unary((request: proto.DiffRequest) => {
            if (definition.diffConfig === undefined) {
                throw new ProviderError(status.UNIMPLEMENTED, "DiffConfig is not implemented");
            }
            return diffResponse(definition.diffConfig(read(request.getOldInputs()), read(request.getNews())));
        }),
        configure: unary((request: proto.ConfigureRequest) => {
            configuration = {
                value: definition.parseConfig(withoutEngineKeys(read(request.getArgs()))),
            };
            const response = new proto.ConfigureResponse();
            response.setAcceptsecrets(definition.acceptSecrets ?? false);
            response.setAcceptresources(definition.acceptResources ?? false);
            response.setAcceptoutputs(definition.acceptSecrets ?? false);
            response.setSupportspreview(true);
            return response;
        }),
        invoke: unary((request: proto.InvokeRequest) =>
            operations.run(0, async (signal) => {
                const invoked = definition.functions?.[request.getTok()];
                if (invoked === undefined) {
                    throw new ProviderError(
                        status.NOT_FOUND,
                        unknownType(definition, "function", request.getTok()),
                    );
                }
                const args = read(request.getArgs());
                const { result, failures } = await withContext("", "", signal, (ctx) => invoked(ctx, args));
                const response = new proto.InvokeResponse();
                response.setReturn(toStruct(result));
                response.setFailuresList(failureMessages(failures));
                return response;
            }),
        ),
        check: unary((request: proto.CheckRequest) =>
            onResource(request, async (resource, ctx) =>
                checkResponse(await resource.check(ctx, read(request.getOlds()), read(request.getNews()))),
            ),
        ),
        diff: unary((request: proto.DiffRequest) =>
            onResource(request, async (resource, ctx) =>
                diffResponse(
                    await resource.diff(
                        ctx,
                        request.getId(),
                        read(request.getOlds()),
                        read(request.getOldInputs()),
                        read(request.getNews()),
                        request.getIgnorechangesList(),
                    ),
                ),
            ),
        ),
        create: unary((request: proto.CreateRequest) =>
            onResource(request, async (resource, ctx) => {
                const inputs = read(request.getProperties());
                const { id, outputs } = await resource.create(ctx, inputs, request.getPreview());
                const response = new proto.CreateResponse();
                response.setId(id);
                response.setProperties(toStruct(outputs));
                return response;
            }),
        ),
        read: unary((request: proto.ReadRequest) =>
            onResource(request, async (resource, ctx) => {
                const state = read(request.getProperties());
                const found = await resource.read(ctx, request.getId(), read(request.getInputs()), state);
                const response = new proto.ReadResponse();
                if (found !== undefined) {
                    response.setId(found.id);
                    response.setInputs(toStruct(found.inputs));
                    response.setProperties(toStruct(found.outputs));
                }
                return response;
            }),
        ),
        update: unary((request: proto.UpdateRequest) =>
            onResource(request, async (resource, ctx) => {
                const outputs = await resource.update(
                    ctx,
                    request.getId(),
                    read(request.getOlds()),
                    read(request.getOldInputs()),
                    read(request.getNews()),
                    request.getPreview(),
                    request.getIgnorechangesList(),
                );
                const response = new proto.UpdateResponse();
                response.setProperties(toStruct(outputs));
                return response;
            }),
        ),
        delete: unary((request: proto.DeleteRequest) =>
            onResource(request, async (resource, ctx) => {
                const [inputs, outputs] = [request.getOldInputs(), request.getProperties()].map(read);
                await resource.delete(ctx, request.getId(), inputs ?? {}, outputs ?? {});
                return new Empty();
            }),
        ),
        cancel: unary(() => {
            operations.cancel();
            return new Empty();
        }),
    };
}

/** A handler that answers with what a function returns or resolves to, or with what it throws as a status. */
function unary<Request, Response>(
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

function withoutEngineKeys(inputs: Props): Props {
    return Object.fromEntries(Object.entries(inputs).filter(([key]) => !engineKeys.includes(key)));
}

function unknownType<C>(definition: ProviderDefinition<C>, what: string, token: string): string {
    const known = what === "function" ? definition.functions : definition.resources;
    const list = Object.keys(known ?? {}).join(", ") || "none";
    return (
        `the offline ${definition.name} plugin does not have the ${what} ${token}: ` +
        `use one of those it has (${list}), or the official ${definition.name} plugin`
    );
}

/** The data that a provider's service keeps between calls: the engine, the provider's configuration, the operations. */
import { status } from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Engine, Messages } from "./engine";
import { ProviderError } from "./errors";
import { Operations } from "./operations";
import type { ProviderDefinition, Resource, ResourceContext } from "./resource";
import { parseUrn } from "./urn";
import { type Props, fromStruct, reveal } from "./values";

/** The news from a service for its host. */
export interface ServiceHooks {
    /** Called with the engine's address when the engine has told it. */
    attached(engine: Engine): void;
}

/** The state of one provider process. */
export class Session<C> {
    readonly operations = new Operations();
    private engine: Engine | undefined;
    private configuration: { value: C } | undefined;

    constructor(
        readonly definition: ProviderDefinition<C>,
        private readonly hooks: ServiceHooks,
    ) {}

    /** Notes the engine's address; the first address counts. */
    attach(address: string): void {
        if (address !== "" && this.engine === undefined) {
            this.engine = new Engine(address);
            this.hooks.attached(this.engine);
        }
    }

    configure(value: C): void {
        this.configuration = { value };
    }

    /** The engine takes secret marks off for a provider that does not accept them; this method makes sure of that. */
    read(struct: Struct | undefined): Props {
        const props = fromStruct(struct);
        return this.definition.acceptSecrets
            ? props
            : Object.fromEntries(Object.entries(props).map(([key, value]) => [key, reveal(value)]));
    }

    /** Runs one operation on a resource, with its context; messages arrive before the answer does. */
    onResource<T>(
        request: { getUrn(): string; getTimeout?(): number },
        operation: (resource: Resource<C>, ctx: ResourceContext<C>) => Promise<T>,
    ): Promise<T> {
        return this.operations.run(request.getTimeout?.() ?? 0, async (signal) => {
            const { type, name } = parseUrn(request.getUrn());
            const resource = this.definition.resources[type];
            if (resource === undefined) {
                throw unknownToken(this.definition, "resource type", type);
            }
            return this.withContext(request.getUrn(), name, signal, (ctx) => operation(resource, ctx));
        });
    }

    async withContext<T>(
        urn: string,
        name: string,
        signal: AbortSignal,
        operation: (ctx: ResourceContext<C>) => Promise<T>,
    ): Promise<T> {
        const messages = new Messages(this.engine, urn);
        const ctx: ResourceContext<C> = {
            config: this.config(),
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
    }

    private config(): C {
        if (this.configuration === undefined) {
            throw new ProviderError(
                status.FAILED_PRECONDITION,
                `the ${this.definition.name} provider was not configured: the engine has to call Configure first`,
            );
        }
        return this.configuration.value;
    }
}

/** The error for a resource type or a function that the provider does not have. */
export function unknownToken<C>(
    definition: ProviderDefinition<C>,
    what: "resource type" | "function",
    token: string,
): ProviderError {
    const known = what === "function" ? definition.functions : definition.resources;
    const list = Object.keys(known ?? {}).join(", ") || "none";
    return new ProviderError(
        status.NOT_FOUND,
        `the offline ${definition.name} plugin does not have the ${what} ${token}: ` +
            `use one of those it has (${list}), or the official ${definition.name} plugin`,
    );
}

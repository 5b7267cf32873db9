/** A resource type: the official provider's rules around one type's calls to the engine. */
import type Docker from "dockerode";
import { InitializationError } from "../../lib/errors";
import { type Diff, type Props, type Resource, type ResourceContext, unknownValue } from "../../lib/resource";
import type { DockerConfig } from "../config";
import { connect } from "../engine/client";
import { engineMessage } from "../../../../transport/engine-error";
import type { ResourceSchema } from "../schema/types";
import { diffStates } from "./diff";
import { importInputs, refreshInputs } from "./extract";
import { checkInputs } from "./inputs";
import { planState } from "./plan";
import { appliedState, fromOutputs, plannedOutputs, refreshedState, toOutputs } from "./state";

/** A resource of the engine as it was found: its id in the stack, and the properties that the engine tells. */
export interface Found {
    id: string;
    reported: Props;
}

/** The data that a call to the engine needs. */
export interface Call {
    docker: Docker;
    signal: AbortSignal;
}

/** A resource type's calls to the engine. Plans and states have every property; null is "not set". */
export interface Lifecycle {
    /** Makes the resource. `made` is to be called as soon as there is one, so that a later failure does not lose it. */
    create(call: Call, planned: Props, made: (id: string) => void): Promise<Found>;
    /** Reads the resource; undefined when the resource is gone. */
    read(call: Call, id: string, state: Props): Promise<Found | undefined>;
    /** Changes the resource; undefined when the resource is gone. */
    update(call: Call, id: string, state: Props, planned: Props): Promise<Found | undefined>;
    delete(call: Call, id: string, state: Props): Promise<void>;
}

type Context = ResourceContext<DockerConfig>;

/** Makes the resource type that a plugin serves. */
export function dockerResource(schema: ResourceSchema, lifecycle: Lifecycle): Resource<DockerConfig> {
    const call = async (ctx: Context): Promise<Call> => ({
        docker: await connect(ctx.config),
        signal: ctx.signal,
    });
    return {
        check: (ctx, olds, news) => Promise.resolve(checkInputs(schema, ctx.name, olds, news)),
        diff: (_ctx, _id, oldOutputs, _oldInputs, newInputs, ignoreChanges) =>
            Promise.resolve(difference(schema, oldOutputs, newInputs, ignoreChanges)),
        create: (ctx, inputs, preview) => create(schema, lifecycle, call, ctx, inputs, preview),
        read: async (ctx, id, inputs, outputs) => {
            const importing = Object.keys(outputs).length === 0;
            const prior = fromOutputs(schema.fields, outputs);
            const found = await lifecycle.read(await call(ctx), id, prior);
            if (found === undefined) {
                return undefined;
            }
            const state = refreshedState(schema.fields, prior, found.reported);
            return {
                id: found.id,
                inputs: importing
                    ? importInputs(schema.fields, state)
                    : refreshInputs(schema.fields, inputs, state),
                outputs: toOutputs(schema, found.id, state),
            };
        },
        update: async (ctx, id, oldOutputs, _oldInputs, newInputs, preview, ignoreChanges) => {
            const { prior, planned } = plan(schema, oldOutputs, newInputs, ignoreChanges);
            if (preview) {
                return plannedOutputs(schema, id, planned);
            }
            const found = await lifecycle.update(await call(ctx), id, prior, planned);
            if (found === undefined) {
                throw new Error(
                    `${schema.token} ${id} is gone from the engine: run \`pulumi refresh\`, then update again`,
                );
            }
            return toOutputs(schema, found.id, appliedState(schema.fields, planned, found.reported, prior));
        },
        delete: async (ctx, id, _inputs, outputs) => {
            await lifecycle.delete(await call(ctx), id, fromOutputs(schema.fields, outputs));
        },
    };
}

async function create(
    schema: ResourceSchema,
    lifecycle: Lifecycle,
    call: (ctx: Context) => Promise<Call>,
    ctx: Context,
    inputs: Props,
    preview: boolean,
): Promise<{ id: string; outputs: Props }> {
    const planned = planState(schema.fields, inputs);
    if (preview) {
        return { id: "", outputs: plannedOutputs(schema, unknownValue, planned) };
    }
    const made: string[] = [];
    try {
        const found = await lifecycle.create(await call(ctx), planned, (id) => made.push(id));
        const state = appliedState(schema.fields, planned, found.reported);
        return { id: found.id, outputs: toOutputs(schema, found.id, state) };
    } catch (error) {
        const [id] = made;
        if (id === undefined) {
            throw error;
        }
        // The resource exists, so the stack has to know it, or it would stay behind for ever.
        const state = appliedState(schema.fields, planned, {});
        throw new InitializationError(id, toOutputs(schema, id, state), [engineMessage(error)]);
    }
}

function plan(
    schema: ResourceSchema,
    oldOutputs: Props,
    newInputs: Props,
    ignoreChanges: string[],
): { prior: Props; planned: Props } {
    const prior = fromOutputs(schema.fields, oldOutputs);
    const planned = planState(schema.fields, newInputs, prior);
    for (const name of ignoreChanges) {
        if (name in schema.fields) {
            planned[name] = prior[name];
        }
    }
    return { prior, planned };
}

function difference(
    schema: ResourceSchema,
    oldOutputs: Props,
    newInputs: Props,
    ignoreChanges: string[],
): Diff {
    const { prior, planned } = plan(schema, oldOutputs, newInputs, ignoreChanges);
    return diffStates(schema, prior, planned, newInputs);
}

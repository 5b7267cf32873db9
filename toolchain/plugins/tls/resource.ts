/** The life of a key, a request or a certificate: made once, never changed, dropped without a trace. */
import type { Props, Resource, ResourceContext } from "../lib/resource";
import { checkInputs, markKnownSecrets, markSecrets } from "./check";
import { DiagnosticError, logError } from "./diagnostics";
import { isReadyForRenewal, plan, planDiff } from "./plan";
import type { ResourceSchema } from "./schema";
import { fromState, toState } from "./state";

/** A type: its properties and the way to make one. `values` has all inputs and defaults; the answer has computed values. */
export interface TlsKind {
    schema: ResourceSchema;
    make: (ctx: ResourceContext<unknown>, values: Props) => Promise<Props & { id: string }>;
}

/** Makes the resource type. */
export function tlsResource({ schema, make }: TlsKind): Resource<unknown> {
    return {
        check: (ctx, _olds, news) => Promise.resolve(checkInputs(schema, ctx.name, news)),

        diff: (_ctx, _id, oldOutputs, _oldInputs, newInputs, ignoreChanges) => {
            const state = fromState(schema, oldOutputs);
            const inputs = withIgnored(newInputs, state, ignoreChanges);
            return Promise.resolve(planDiff(plan(schema, inputs, state, Date.now())));
        },

        create: async (ctx, inputs, preview) => {
            const { values } = plan(schema, inputs, undefined, Date.now());
            if (preview) {
                return { id: "", outputs: markKnownSecrets(schema, values) };
            }
            try {
                const made = await make(ctx, values);
                const known = Object.entries({ ...values, maxPathLength: inputs["maxPathLength"], ...made });
                const kept = Object.fromEntries(known.filter(([, value]) => value !== undefined));
                return { id: made.id, outputs: toState(schema, kept) };
            } catch (error) {
                logError(ctx, error);
                throw error;
            }
        },

        // The state alone holds the resource; only the time goes on.
        read: (ctx, id, inputs, state) => {
            const values = fromState(schema, state);
            if (Object.keys(values).length === 0) {
                const error = new DiagnosticError(
                    "Resource Import Not Implemented",
                    "This resource does not support import. Please contact the provider developer for additional information.",
                );
                logError(ctx, error);
                throw error;
            }
            if (values["readyForRenewal"] !== undefined && isReadyForRenewal(values, Date.now())) {
                values["readyForRenewal"] = true;
            }
            const realId = typeof values["id"] === "string" ? values["id"] : id;
            const outputs = toState(schema, values);
            const current = Object.entries(inputs).map(([key, value]): [string, unknown] => [
                key,
                values[key] ?? value,
            ]);
            const refreshed = markSecrets(schema, Object.fromEntries(current));
            return Promise.resolve({ id: realId, inputs: refreshed, outputs });
        },

        update: (_ctx, _id, oldOutputs, _oldInputs, newInputs, preview, ignoreChanges) => {
            const state = fromState(schema, oldOutputs);
            const { values } = plan(schema, withIgnored(newInputs, state, ignoreChanges), state, Date.now());
            return Promise.resolve(preview ? markKnownSecrets(schema, values) : toState(schema, values));
        },

        delete: () => Promise.resolve(),
    };
}

function withIgnored(inputs: Props, state: Props, ignoreChanges: string[]): Props {
    const ignored = new Set(ignoreChanges.map((path) => /^\w+/.exec(path)?.[0]));
    const kept = Object.entries(state).filter(([key]) => ignored.has(key));
    const rest = Object.entries(inputs).filter(([key]) => !ignored.has(key));
    return Object.fromEntries([...rest, ...kept]);
}

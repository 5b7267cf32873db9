/** The life of a command resource, the same for local and remote ones, which differ in how a command is run. */
import * as crypto from "node:crypto";
import type { z } from "zod";
import { asReplace, detailedDiff, sameValue } from "../lib/diff";
import type { Diff, DiffKind, Props, Resource, ResourceContext } from "../lib/resource";
import { Secret, unknownValue, containsUnknown, isObject, isUnknown, reveal } from "../lib/values";
import { type Struct, describe, markSecrets, normalize, validate } from "./fields";

/** The outcome of a run. */
export interface RunResult {
    stdout: string;
    stderr: string;
}

/** A kind of command: its properties and the way to run the command. */
export interface CommandKind<A extends CommandArguments> {
    inputs: Struct;
    outputs: Struct;
    arguments: z.ZodType<A>;
    run(ctx: ResourceContext<unknown>, command: string, args: A): Promise<RunResult>;
}

interface CommandArguments extends RunResult {
    create?: string | undefined;
    update?: string | undefined;
    delete?: string | undefined;
}

/** Makes the resource type. */
export function commandResource<A extends CommandArguments>(kind: CommandKind<A>): Resource<unknown> {
    /** Runs a command, when there is one; else the outputs stay as they are. */
    const runIfGiven = (
        ctx: ResourceContext<unknown>,
        command: string | undefined,
        args: A,
    ): Promise<RunResult> => (command === undefined ? Promise.resolve(args) : kind.run(ctx, command, args));

    const parse = (inputs: Props, previous: Props): A =>
        kind.arguments.parse(reveal({ ...inputs, stdout: previous["stdout"], stderr: previous["stderr"] }));

    return {
        check: (_ctx, _olds, news) => {
            const failures = validate(kind.inputs, news);
            const inputs =
                failures.length > 0 ? markSecrets(kind.inputs, news) : normalize(kind.inputs, news);
            return Promise.resolve({ inputs, failures });
        },

        diff: (_ctx, _id, oldOutputs, oldInputs, newInputs, ignoreChanges) =>
            Promise.resolve(diff(oldInputs, withIgnored(newInputs, oldOutputs, ignoreChanges))),

        create: async (ctx, inputs, preview) => {
            decode(kind.inputs, inputs, "invalid inputs: ");
            const id = ctx.name + crypto.randomBytes(4).toString("hex");
            if (preview) {
                return {
                    id,
                    outputs: { ...previewInputs(inputs), stdout: unknownValue, stderr: unknownValue },
                };
            }
            const args = parse(inputs, {});
            return { id, outputs: { ...inputs, ...streams(await runIfGiven(ctx, args.create, args)) } };
        },

        // The official plugin reads nothing: the effects of a command cannot be seen.
        read: (_ctx, id, inputs, state) => {
            decode(kind.inputs, inputs, "", true);
            decode(kind.outputs, state, "", true);
            return Promise.resolve({ id, inputs, outputs: state });
        },

        update: async (ctx, _id, oldOutputs, _oldInputs, newInputs, preview, ignoreChanges) => {
            const inputs = withIgnored(newInputs, oldOutputs, ignoreChanges);
            decode(kind.outputs, oldOutputs, "");
            decode(kind.inputs, inputs, "");
            if (preview) {
                const changed = kind.inputs.fields.some(({ name }) =>
                    changesOutputs(oldOutputs[name], inputs[name]),
                );
                const previous = streams({
                    stdout: reveal(oldOutputs["stdout"]),
                    stderr: reveal(oldOutputs["stderr"]),
                });
                return {
                    ...previewInputs(inputs),
                    ...(changed ? { stdout: unknownValue, stderr: unknownValue } : previous),
                };
            }
            const args = parse(inputs, oldOutputs);
            return { ...inputs, ...streams(await runIfGiven(ctx, args.update ?? args.create, args)) };
        },

        delete: async (ctx, _id, _inputs, outputs) => {
            decode(kind.outputs, outputs, "");
            const args = parse(outputs, outputs);
            await runIfGiven(ctx, args.delete, args);
        },
    };
}

function streams<T>({ stdout, stderr }: { stdout: T; stderr: T }): { stdout: T; stderr: T } {
    return { stdout, stderr };
}

function decode(struct: Struct, props: Props, prefix: string, tolerateMissing = false): void {
    const failures = validate(struct, props, tolerateMissing);
    if (failures.length > 0) {
        throw new Error(prefix + describe(failures));
    }
}

/** The official plugin ignores changes of whole properties only, and takes the value from the state. */
function withIgnored(inputs: Props, state: Props, ignoreChanges: string[]): Props {
    const kept = Object.entries(state).filter(([key]) => ignoreChanges.includes(key));
    return { ...inputs, ...Object.fromEntries(kept) };
}

function diff(oldInputs: Props, newInputs: Props): Diff {
    const news = Object.entries(newInputs).filter(([key]) => key !== "version" && !key.startsWith("__"));
    const changed = Object.entries(detailedDiff(oldInputs, Object.fromEntries(news)));
    // Only the property as a whole replaces here; the SDK asks for a replacement for each of its elements.
    const detailed = changed.map(([path, kind]): [string, DiffKind] => [
        path,
        path === "triggers" ? asReplace(kind) : kind,
    ]);
    return {
        changes: changed.length > 0,
        replaces: changed.some(([path]) => path === "triggers") ? ["triggers"] : [],
        deleteBeforeReplace: false,
        detailed: Object.fromEntries(detailed),
    };
}

/** In a preview, an update's outputs are not known when an input has changed or is not known itself. */
function changesOutputs(old: unknown, next: unknown): boolean {
    const unknown = isUnknown(next) || (next instanceof Secret && isUnknown(next.value));
    return unknown || (old !== undefined && !sameValue(old, next));
}

/** An object that holds a secret which is not known yet is not known as a whole. */
function previewInputs(inputs: Props): Props {
    const hide = (value: unknown): unknown => (hidesUnknown(value) ? new Secret(unknownValue) : value);
    return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, hide(value)]));
}

function hidesUnknown(value: unknown): boolean {
    const inner = value instanceof Secret ? value.value : value;
    return (
        isObject(inner) &&
        Object.values(inner).some((item) => item instanceof Secret && containsUnknown(item.value))
    );
}

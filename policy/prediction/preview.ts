/** Reads the output of `pulumi preview --json --show-sames` as two plans: before the change, and after it. */
import { z } from "zod";
import { inputsOf, nameOf, type Planned } from "./planned";

const stateSchema = z.object({
    urn: z.string(),
    type: z.string(),
    parent: z.string().optional(),
    inputs: z.record(z.string(), z.unknown()).default({}),
});

const previewSchema = z.object({
    steps: z.array(
        z.object({
            op: z.string(),
            urn: z.string(),
            oldState: stateSchema.optional(),
            newState: stateSchema.optional(),
        }),
    ),
    diagnostics: z.array(z.object({ message: z.string(), severity: z.string().optional() })).default([]),
    changeSummary: z.record(z.string(), z.number()).default({}),
});

/** A stack before and after a change. */
interface Preview {
    readonly before: readonly Planned[];
    readonly after: readonly Planned[];
}

function planned({ urn, type, parent, inputs }: z.infer<typeof stateSchema>): Planned {
    return { urn, type, name: nameOf(urn), parent, inputs: inputsOf(inputs) };
}

/** The last state of each resource; a replaced one has several steps. */
function latest(states: readonly (z.infer<typeof stateSchema> | undefined)[]): Planned[] {
    const byUrn = new Map(
        states.flatMap((state) => (state === undefined ? [] : [[state.urn, planned(state)] as const])),
    );
    return [...byUrn.values()];
}

/** Steps after which the resource is gone; a replacement has another step, by which it comes again. */
const removing = new Set([
    "delete",
    "delete-replaced",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
]);

/**
 * Reads a preview.
 *
 * @throws Error where the text is no preview, where the preview failed, or where it leaves unchanged resources out
 */
export function parsePreview(value: unknown, stack: string): Preview {
    const parsed = previewSchema.safeParse(value);
    if (!parsed.success) {
        throw new Error(
            `standard input is no preview; give what \`./pulumiw preview --stack ${stack} --json --show-sames\` prints: ${z.prettifyError(parsed.error)}`,
        );
    }
    const { steps, diagnostics, changeSummary } = parsed.data;
    const failed = diagnostics.find(({ severity }) => severity === "error");
    if (failed !== undefined) {
        throw new Error(`the preview failed, so nothing can be predicted: ${failed.message.trim()}`);
    }
    const sames = steps.filter(({ op }) => op === "same").length;
    if (sames < (changeSummary["same"] ?? 0)) {
        throw new Error(
            "the preview leaves unchanged resources out, so no score can be told: call it with --show-sames",
        );
    }
    return {
        before: latest(steps.map(({ oldState }) => oldState)),
        after: latest(steps.map(({ op, newState }) => (removing.has(op) ? undefined : newState))),
    };
}

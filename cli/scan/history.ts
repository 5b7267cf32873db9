/** How an image was built, from its manifest and configuration. */
import { z } from "zod";
import type { RunImage } from "../../scan/formats/run";

const manifestSchema = z.object({ layers: z.array(z.object({ digest: z.string() })) });
const configSchema = z.object({
    history: z
        .array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() }))
        .optional(),
});

function json(base64: string): unknown {
    return JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
}

/**
 * The steps of the build, first step first; undefined where the image does not tell, or tells of other layers than it has.
 *
 * @param manifest JSON in base64
 * @param config JSON in base64
 */
export function buildSteps(manifest: string, config: string): RunImage["history"] {
    try {
        const { layers } = manifestSchema.parse(json(manifest));
        const { history = [] } = configSchema.parse(json(config));
        let next = 0;
        const steps = history.map(({ created_by: createdBy = "", empty_layer: isEmpty = false }) => {
            const layer = isEmpty ? undefined : layers[next]?.digest;
            next += isEmpty ? 0 : 1;
            return { layer, createdBy };
        });
        return steps.length > 0 && next === layers.length ? steps : undefined;
    } catch {
        return undefined;
    }
}

/** The findings of an image by the layers that brought their packages. */
import { clip } from "../../text/clip";
import { counted } from "../../text/count";
import type { BuildStep } from "./run";
import type { FindingStanding } from "./standing";

/** Layers that brought the same packages; mostly one. */
export interface LayerFindings {
    /** `Layer 3 of 7`, `Layer sha256:0123456789ab`, `No layer is named` */
    readonly title: string;
    /** The words of the build steps that made the layers; empty where nobody knows. */
    readonly steps: readonly string[];
    /** `2 findings` */
    readonly number: string;
    readonly findings: readonly FindingStanding[];
}

/** Characters of a build step that are shown. */
const longest = 300;

/** A digest, as short as people write it. */
function short(digest: string): string {
    return clip(digest.slice(0, "sha256:".length + 12), 40);
}

/** @param history of the image, first step first */
export function layersOf(
    standings: readonly FindingStanding[],
    history: readonly BuildStep[] = [],
): LayerFindings[] {
    const steps = history.filter(({ layer }) => layer !== undefined);
    const place = (layer: string): number => {
        const at = steps.findIndex((step) => step.layer === layer);
        return at === -1 ? steps.length : at;
    };
    const groups = new Map<string, { layers: readonly string[]; findings: FindingStanding[] }>();
    for (const one of standings) {
        const layers = one.finding.layers ?? [];
        const group = groups.get(layers.join(" ")) ?? { layers, findings: [] };
        group.findings.push(one);
        groups.set(layers.join(" "), group);
    }
    const first = (layers: readonly string[]): number => Math.min(...layers.map(place), steps.length);
    return [...groups.values()]
        .sort((a, b) => first(a.layers) - first(b.layers))
        .map(({ layers, findings }) => ({
            title:
                layers.length === 0
                    ? "No layer is named"
                    : layers
                          .map((layer) => {
                              const at = place(layer);
                              return at === steps.length
                                  ? `Layer ${short(layer)}`
                                  : `Layer ${at + 1} of ${steps.length}`;
                          })
                          .join(", "),
            steps: layers.flatMap((layer) => {
                const step = steps[place(layer)];
                return step === undefined ? [] : [clip(step.createdBy, longest)];
            }),
            number: counted(findings.length, "finding"),
            findings,
        }));
}

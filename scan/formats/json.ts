import { jsonText } from "../../text/json";
import type { RunImage, ScanRun } from "./run";
import { standingsOf, verdictOf } from "./run";

function imageData(image: RunImage): Record<string, unknown> {
    const { judgement, held } = image;
    return {
        name: image.name,
        image: image.image,
        digest: image.digest,
        verdict: judgement.verdict,
        ...(judgement.verdict === "error" ? { reason: judgement.reason } : {}),
        ...(judgement.counts === undefined ? {} : { counts: judgement.counts }),
        ...(held === undefined
            ? {}
            : {
                  packages: held.packages,
                  coverage: held.judged,
                  unjudged: held.unjudged,
                  accepted: held.accepted,
                  notes: held.notes,
              }),
        ...(judgement.counts === undefined
            ? {}
            : {
                  findings: standingsOf(image).map(({ finding, standing, why }) => ({
                      ...finding,
                      standing,
                      why,
                  })),
              }),
    };
}

/** A run in a JSON of our own: all that the other forms show. What was not judged has no counts and no findings. */
export function renderJson(run: ScanRun): string {
    const { stack, host, judged, policy, images, failures } = run;
    const data = {
        stack,
        host,
        judged,
        verdict: verdictOf(run),
        policy,
        failures,
        images: images.map(imageData),
    };
    return jsonText(data);
}

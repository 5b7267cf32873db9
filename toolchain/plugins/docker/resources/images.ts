/** Images that are on the engine, or are pulled to it. */
import type Docker from "dockerode";
import { z } from "zod";
import type { Call } from "../bridge/resource";
import { attempt } from "../engine/errors";
import { isNotFound } from "../../../../transport/engine-error";

const summary = z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() });
const progress = z.object({ error: z.string().optional() });

/** An image as the engine lists it. */
export interface LocalImage {
    id: string;
    repoDigests: string[];
}

/** The image of a name or id that is on the engine. */
export async function findLocal(docker: Docker, name: string): Promise<LocalImage | undefined> {
    try {
        const answer: unknown = await docker.getImage(name).inspect();
        const image = summary.parse(answer);
        return { id: image.Id, repoDigests: image.RepoDigests ?? [] };
    } catch (error) {
        if (isNotFound(error)) {
            return undefined;
        }
        throw error;
    }
}

/** The image of a name or id; pulled when the engine does not have the image. */
export async function findOrPull(
    { docker, signal }: Call,
    name: string,
    platform: string,
): Promise<LocalImage> {
    if (name === "") {
        throw new Error("the name of the image is empty: give a name or an id");
    }
    const there = await findLocal(docker, name);
    if (there !== undefined) {
        return there;
    }
    await attempt(`image ${name} is not on the engine and cannot be pulled`, () =>
        pull(docker, name, platform, signal),
    );
    const pulled = await findLocal(docker, name);
    if (pulled === undefined) {
        throw new Error(`image ${name} is not on the engine after it was pulled: check the name`);
    }
    return pulled;
}

/** The digest that belongs to a name, where the registry gave the image one. */
export function repoDigest(name: string, image: LocalImage): string {
    const [first = ""] = image.repoDigests;
    if (image.repoDigests.length === 1) {
        return first;
    }
    const repository = name.split(":", 1)[0] ?? name;
    return image.repoDigests.find((digest) => digest.startsWith(repository)) ?? first;
}

async function pull(docker: Docker, name: string, platform: string, signal: AbortSignal): Promise<void> {
    const options = platform === "" ? {} : { platform };
    const stream = await docker.pull(name, { ...options, abortSignal: signal });
    await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(stream, (error: Error | null, output: unknown) => {
            const messages = z.array(progress).safeParse(output);
            const failed = messages.success ? messages.data.find((message) => message.error) : undefined;
            if (error !== null || failed !== undefined) {
                reject(error ?? new Error(failed?.error));
            } else {
                resolve();
            }
        });
    });
}

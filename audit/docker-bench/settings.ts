/** The settings of the real Docker Bench that runs beside our audit. */
import { z } from "zod";
import { referencePattern } from "../../text/reference";

/** Seconds that Docker Bench may take by default. */
export const defaultTimeoutSeconds = 600;

/** The setting `audit.dockerBench`: exactly one of `script` and `image`. */
export const dockerBenchSchema = z
    .strictObject({
        script: z
            .string()
            .regex(
                /^\/[^\0\n]*\.sh$/,
                "expected the whole path of docker-bench-security.sh, e.g. /opt/docker-bench/docker-bench-security.sh",
            )
            .optional()
            .meta({
                description: "Path of docker-bench-security.sh on the host, with its folders beside it.",
                takes: "whole path of a `.sh` file",
            }),
        image: z.string().regex(referencePattern, "expected an image reference").optional().meta({
            description:
                "Image of Docker Bench that the hardened engine has, instead of `script`; it gets the host's namespaces.",
            takes: "image reference",
        }),
        timeoutSeconds: z.int().min(10).max(7200).default(defaultTimeoutSeconds).meta({
            description:
                "Seconds after which Docker Bench is ended; it needs some, and more for each container.",
        }),
    })
    .refine(({ script, image }) => (script === undefined) !== (image === undefined), {
        error: "expected exactly one of script and image",
    });

export type DockerBenchSettings = z.infer<typeof dockerBenchSchema>;
/** The setting as users write it: values with a default may be absent. */
export type DockerBenchSource = z.input<typeof dockerBenchSchema>;

/** Users of the group docker who are trusted: Docker Bench takes them as one word, with commas between. */
export const trustedUsersSchema = z.array(
    z
        .string()
        .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/, "expected the name of a user")
        .meta({ takes: "name of a user" }),
);

/**
 * Reads a Docker Bench as the command line names it: `script:PATH` or `image:REFERENCE`.
 * @throws Error that names both forms.
 */
export function parseDockerBenchSource(text: string): DockerBenchSettings {
    const [, kind = "", name = ""] = /^(script|image):(.*)$/.exec(text) ?? [];
    const parsed = dockerBenchSchema.safeParse({ [kind]: name });
    if (kind === "" || !parsed.success) {
        const [issue] = kind === "" ? [] : (parsed.error?.issues ?? []);
        throw new Error(
            issue?.message ?? "expected script:PATH (on the host) or image:REFERENCE (that the host has)",
        );
    }
    return parsed.data;
}

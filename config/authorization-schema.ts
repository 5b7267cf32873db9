import { z } from "zod";

/** The rules of the authorization plugin from which something may be excepted; a test compares with the plugin's own. */
export const exceptableRules = [
    "annotations",
    "archive",
    "capabilities",
    "cgroup-parent",
    "devices",
    "host-addresses",
    "host-cgroup",
    "host-ipc",
    "host-network",
    "host-paths",
    "host-pid",
    "host-user-namespace",
    "host-uts",
    "image-mounts",
    "log-drivers",
    "masked-paths",
    "mount-propagation",
    "network-drivers",
    "network-options",
    "privileged",
    "remote-contexts",
    "runtimes",
    "security-options",
    "volume-options",
] as const;

const word = z.string().trim().min(1, "expected some text");

const exception = z
    .strictObject({
        /** The rule that would deny it. */
        rule: z.enum(exceptableRules),
        /** Digest or id of the image that is excepted. */
        image: z
            .string()
            .regex(
                /^sha256:[0-9a-f]{64}$/,
                "expected the digest or the id of an image, sha256:…, not a tag: a tag can be moved",
            )
            .optional(),
        /** Whole name of the container, volume or network that is excepted. */
        name: z
            .string()
            .regex(
                /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
                "expected the whole name of a container, volume or network",
            )
            .optional(),
        /** Who answers for it. */
        owner: word,
        /** Why it is needed. */
        reason: word,
        /** Last day on which it holds, in UTC. */
        until: z.iso
            .date({ error: "expected the last day on which it holds, e.g. 2027-03-31" })
            .refine((day) => day >= new Date().toISOString().slice(0, 10), {
                error: "is past: remove the exception, or have its owner name another day",
            }),
    })
    .refine((value) => (value.image === undefined) !== (value.name === undefined), {
        error: "expected exactly one of image and name",
    });

/** What may pass the authorization plugin although a rule denies it, while somebody answers for it. */
export const authorizationExceptions = z.array(exception);

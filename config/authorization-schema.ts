import { z } from "zod";
import { key, taking } from "./key";

/** The rules of the authorization plugin from which something may be excepted; a test compares with the plugin's own. */
const exceptableRules = [
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
        rule: key("The rule that would deny the request.", z.enum(exceptableRules)),
        image: key(
            "Digest or id of the image whose containers are excepted.",
            taking(
                "`sha256:` and 64 hex digits",
                z
                    .string()
                    .regex(
                        /^sha256:[0-9a-f]{64}$/,
                        "expected the digest or the id of an image, sha256:…, not a tag: a tag can be moved",
                    ),
            ).optional(),
        ),
        name: key(
            "Name of the container, volume or network that is excepted, instead of `image`.",
            taking(
                "whole name",
                z
                    .string()
                    .regex(
                        /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
                        "expected the whole name of a container, volume or network",
                    ),
            ).optional(),
        ),
        owner: key("Who answers for the exception.", word),
        reason: key("Why the exception is needed.", word),
        until: key(
            "Last day on which the exception holds, in UTC.",
            z.iso
                .date({ error: "expected the last day on which it holds, e.g. 2027-03-31" })
                .refine((day) => day >= new Date().toISOString().slice(0, 10), {
                    error: "is past: remove the exception, or have its owner name another day",
                }),
        ),
    })
    .refine((value) => (value.image === undefined) !== (value.name === undefined), {
        error: "expected exactly one of image and name",
    });

/** Exceptions from the authorization plugin's rules; each has an owner and a last day. */
export const authorizationExceptions = z.array(exception);

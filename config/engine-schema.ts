import { z } from "zod";
import { authorizationExceptions } from "./authorization-schema";
import { daemonKeyProblem } from "./daemon-keys";
import { key, refuse, taking } from "./key";

const ulimit = taking(
    "`soft` and `hard`: whole numbers from 1 on, soft not over hard",
    z
        .strictObject({ soft: z.int().min(1), hard: z.int().min(1) })
        .refine((value) => value.soft <= value.hard, { error: "soft must not be over hard" }),
);

const keys = z.strictObject({
    install: key(
        "Install the engine from the host's package sources where it is missing.",
        z.boolean().default(true),
    ),
    auditRules: key(
        "Kernel audit rules for the engine's files (CIS 1.1.3 to 1.1.18); `required` fails where the kernel takes none.",
        z.enum(["required", "where-possible", "off"]).default("where-possible"),
    ),
    logDriver: key(
        "Log driver of all containers; one that rotates by itself.",
        z.enum(["local", "journald"]).default("local"),
    ),
    logMaxSize: key(
        "Size at which a container's log is rotated (driver `local`).",
        taking(
            "size, e.g. `500k`, `10m`, `1g`",
            z.string().regex(/^[1-9][0-9]*[kmg]$/, "expected a size such as 10m"),
        ).default("10m"),
    ),
    logMaxFiles: key(
        "Log files kept for each container (driver `local`).",
        z.int().min(1).max(100).default(5),
    ),
    openFiles: key(
        "Default limit of open files for a container.",
        ulimit.prefault({ soft: 1024, hard: 4096 }),
    ),
    processes: key(
        "Default limit of processes for a user id (ulimit nproc).",
        ulimit.prefault({ soft: 1024, hard: 2048 }),
    ),
    settings: key(
        "More daemon.json keys (data-root, dns, registry-mirrors …); not those that the hardening sets, that undo it, or with which the engine does not start.",
        taking("map: key of daemon.json to its value", z.record(z.string(), z.json()))
            .default({})
            .superRefine((value, context) => {
                for (const [name, one] of Object.entries(value)) {
                    const message = daemonKeyProblem(name, one);
                    if (message !== undefined) {
                        refuse(context, [name], message);
                    }
                }
            }),
    ),
    authorizationPlugin: key(
        "Program of the authorization plugin on this machine, its line in SHA256SUMS beside it: the engine then refuses containers that would undo the hardening.",
        taking("path", z.string().min(1, "expected a path")).optional(),
    ),
    authorizationExceptions: key(
        "What the authorization plugin lets through although a rule denies it: `rule`, `image` (digest) or `name`, `owner`, `reason`, `until`.",
        authorizationExceptions.default([]),
    ),
    replaceExisting: key(
        "Replace a daemon.json that Portcullis did not write (a copy is kept, and put back by destroy).",
        z.boolean().default(false),
    ),
    acceptHiddenImages: key(
        "Go on although the engine has data (containers, images, volumes, networks, a swarm, plugins): user namespaces hide it until destroy.",
        z.boolean().default(false),
    ),
});

/** The keys under `portcullis:engine`. */
export const engine = keys.superRefine(
    ({ authorizationExceptions, authorizationPlugin, settings }, context) => {
        if (authorizationPlugin === undefined && authorizationExceptions.length > 0) {
            refuse(
                context,
                ["authorizationExceptions"],
                "is of no use without engine.authorizationPlugin; set that, or remove this",
            );
        }
        if (authorizationPlugin === undefined || !("authorization-plugins" in settings)) {
            return;
        }
        refuse(
            context,
            ["settings", "authorization-plugins"],
            "is set by engine.authorizationPlugin; remove one of the two",
        );
    },
);

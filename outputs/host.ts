import { z } from "zod";

/** The engine's facts about itself after the hardening. */
export const engineFactsSchema = z.strictObject({
    /** Docker Root Dir, e.g. `/var/lib/docker/100000.100000`. */
    rootDir: z.string(),
    /** The range of host ids for containers. */
    remap: z.strictObject({ user: z.string(), uid: z.int(), gid: z.int(), size: z.int() }),
});

/** The kernel's audit rules for the engine's files. */
export const auditRuleFactsSchema = z.strictObject({
    /** Number of rules in force. */
    rules: z.int().min(0),
    /** The reason why there are no rules. */
    reason: z.string().optional(),
});

/** The files of the authorization plugin: path → SHA-256, hex. */
export const authorizationFactsSchema = z.record(
    z.string().startsWith("/", "expected a path"),
    z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256"),
);

/** The facts of a hardened host. */
export type HostFacts = z.infer<typeof engineFactsSchema> & {
    readonly auditRules: z.infer<typeof auditRuleFactsSchema>;
};

/** The results of the proof of user namespaces. */
export const usernsProofSchema = z.strictObject({
    /** User of the dockerd process. */
    engineUser: z.string(),
    /** The output of `id` inside the container that tried: `uid=0(root) …`. */
    containerUser: z.string(),
    /** The host's uid of a container's root. */
    containerRootHostUid: z.int().min(1000),
    /** The answer of `rm` to root in a container. */
    deleteWithRemap: z.string(),
    /** The result of the same `rm` with `--userns=host`, unless our authorization plugin refused the container. */
    deleteWithUsernsHost: z.enum([
        "deleted",
        "refused by portcullis-authorization, rule host-user-namespace",
    ]),
});

export type UsernsProof = z.infer<typeof usernsProofSchema>;

import { z } from "zod";

/** What the engine says of itself after the hardening. */
export const engineFactsSchema = z.strictObject({
    /** Docker Root Dir, e.g. `/var/lib/docker/100000.100000`. */
    rootDir: z.string(),
    /** The range of host ids for containers. */
    remap: z.strictObject({ user: z.string(), uid: z.int(), gid: z.int(), size: z.int() }),
});

/** The kernel's audit rules for the engine's files. */
export const auditRuleFactsSchema = z.strictObject({
    /** How many are in force. */
    rules: z.int().min(0),
    /** Why there are none. */
    reason: z.string().optional(),
});

/** The files of the authorization plugin: path → SHA-256, hex. */
export const authorizationFactsSchema = z.record(
    z.string().startsWith("/", "expected a path"),
    z.string().regex(/^[0-9a-f]{64}$/, "expected a SHA-256"),
);

/** What is known of a hardened host. */
export type HostFacts = z.infer<typeof engineFactsSchema> & {
    readonly auditRules: z.infer<typeof auditRuleFactsSchema>;
};

/** What the lab's proof found. */
export const usernsProofSchema = z.strictObject({
    /** User of the dockerd process. */
    engineUser: z.string(),
    /** What `id` says inside the container that tried: `uid=0(root) …`. */
    containerUser: z.string(),
    /** The host's uid of a container's root. */
    containerRootHostUid: z.int().min(1000),
    /** What `rm` answered to root in a container. */
    deleteWithRemap: z.string(),
    /** What the same did with `--userns=host`, unless our authorization plugin refused it. */
    deleteWithUsernsHost: z.enum([
        "deleted",
        "refused by portcullis-authorization, rule host-user-namespace",
    ]),
});

export type UsernsProof = z.infer<typeof usernsProofSchema>;

/** Judges how far a seccomp profile confines; the profile is read as the engine reads it. */
import { z } from "zod";

const names = z.array(z.string()).nullish();

/** A profile of Docker's form. The engine takes keys in upper and lower case, but writes keys in this form. */
const profileSchema = z.looseObject({
    defaultAction: z.string().nullish(),
    syscalls: z
        .array(
            z.looseObject({
                name: z.string().nullish(),
                names,
                action: z.string(),
                args: z.array(z.unknown()).nullish(),
                includes: z.looseObject({ caps: names }).nullish(),
            }),
        )
        .nullish(),
});

type Rule = NonNullable<z.infer<typeof profileSchema>["syscalls"]>[number];

/** Actions that keep a call from the kernel. LOG lets a call through, and the supervisor of NOTIFY may do the same. */
const denials = new Set([
    "SCMP_ACT_ERRNO",
    "SCMP_ACT_KILL",
    "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_TRACE",
    "SCMP_ACT_TRAP",
]);

/** Calls that Docker's own profile lets through only for a container with the capability for the call. */
const heldBackByDocker = [
    "add_key",
    "bpf",
    "delete_module",
    "finit_module",
    "init_module",
    "kexec_load",
    "keyctl",
    "mount",
    "open_by_handle_at",
    "pivot_root",
    "reboot",
    "swapon",
    "umount2",
];

/** How far a profile confines; `unknown`: the text is no profile. */
export type Confinement = "confined" | "open" | "unknown";

/** Whether a rule lets a call through for a container without the capability for the call. */
function allows({ name, names: list, action, includes }: Rule, call: string): boolean {
    return (
        !denials.has(action) &&
        (includes?.caps ?? []).length === 0 &&
        (name === call || (list ?? []).includes(call))
    );
}

/**
 * Judges the text of a profile. A profile is open where calls that no rule names go through, and where rules let all
 * calls through. The engine takes a profile without content (`{}`) for no profile.
 */
export function confinementOf(text: string): Confinement {
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        return "unknown";
    }
    const parsed = profileSchema.safeParse(json);
    if (!parsed.success) {
        return "unknown";
    }
    const { defaultAction, syscalls } = parsed.data;
    const isOpen =
        !denials.has(defaultAction ?? "") ||
        heldBackByDocker.every((call) => (syscalls ?? []).some((rule) => allows(rule, call)));
    return isOpen ? "open" : "confined";
}

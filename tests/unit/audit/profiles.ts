/** Seccomp profiles, as a container or an engine names them. */

interface Rule {
    readonly names: readonly string[];
    readonly action: string;
    readonly args?: readonly unknown[];
    readonly includes?: { readonly caps?: readonly string[] };
}

export function profile(defaultAction: string, ...syscalls: readonly Rule[]): string {
    return JSON.stringify({ defaultAction, syscalls });
}

/** Every call that Docker's own profile holds back from a container without capabilities, and some that it does not. */
export const manyCalls = [
    ..."read write openat clone3 add_key bpf delete_module finit_module init_module kexec_load keyctl mount".split(
        " ",
    ),
    ..."open_by_handle_at pivot_root reboot swapon umount2".split(" "),
];

/** One that denies what it does not name, as Docker's own. */
export const allowList = profile(
    "SCMP_ACT_ERRNO",
    { names: ["read", "write", "openat"], action: "SCMP_ACT_ALLOW" },
    { names: manyCalls, action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_SYS_ADMIN"] } },
);

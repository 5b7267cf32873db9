/** A container's security options, read as the engine reads them. */
import type { ContainerFacts, HostFacts } from "../facts";
import { isOn, seccompProfile, securityOption } from "./daemon";
import { otherDaemon } from "./foreign";
import { type Confinement, confinementOf } from "./seccomp";

interface Option {
    readonly key: string;
    /** Undefined where the option is one word. */
    readonly value: string | undefined;
}

/** The engine splits at the first `=`; in a text without a `=`, at the first `:`. `disable` alone is a label's. */
function optionOf(text: string): Option {
    const at = text.includes("=") ? text.indexOf("=") : text.indexOf(":");
    if (at !== -1) {
        return { key: text.slice(0, at), value: text.slice(at + 1) };
    }
    return text === "disable" ? { key: "label", value: text } : { key: text, value: undefined };
}

/** Go's own words for true; every other value is false, or the engine refuses the option. */
function isTrue(value: string | undefined): boolean {
    return value === undefined || ["1", "t", "T", "TRUE", "true", "True"].includes(value);
}

/** The last option of a name counts. */
function lastOf({ securityOptions }: ContainerFacts, key: string): Option | undefined {
    return securityOptions.map(optionOf).findLast((option) => option.key === key);
}

/** Whether an option confines the container more than none would, or by a choice of its own. */
function confines({ key, value }: Option, { engine }: HostFacts): boolean {
    switch (key) {
        case "no-new-privileges":
            return isTrue(value);
        case "seccomp":
            return value !== undefined && value !== "unconfined" && confinementOf(value) !== "open";
        case "apparmor":
            return value !== undefined && !["", "unconfined"].includes(value);
        case "label":
            // Without SELinux the engine takes labels, and the labels do nothing.
            return (
                value !== undefined &&
                !["", "disable"].includes(value) &&
                securityOption(engine.securityOptions, "selinux") !== undefined
            );
        default:
            // Each other option takes protection away (`systempaths`, `writable-cgroups`, `mask`), or is not known.
            return false;
    }
}

/** Whether an option that is in force confines the container; a later option undoes an earlier one of the same name. */
export function hasConfiningOption(container: ContainerFacts, facts: HostFacts): boolean {
    const keys = [...new Set(container.securityOptions.map((text) => optionOf(text).key))];
    return keys.some((key) => {
        const all = container.securityOptions.map(optionOf).filter((option) => option.key === key);
        // Labels add up, so that one `disable` among them is enough.
        const counted = key === "label" ? all : all.slice(-1);
        return counted.every((option) => confines(option, facts));
    });
}

/** Whether a container's processes can gain privileges; `unknown`: the engine decides, and its settings are not known. */
export function gainsPrivileges(container: ContainerFacts, facts: HostFacts): boolean | "unknown" {
    const own = lastOf(container, "no-new-privileges");
    if (own !== undefined) {
        return !isTrue(own.value);
    }
    return otherDaemon(facts) === undefined ? !isOn(facts.daemon, "no-new-privileges", false) : "unknown";
}

/** How far seccomp confines a container. */
export function seccompOf(container: ContainerFacts, { engine, daemon }: HostFacts): Confinement {
    const own = lastOf(container, "seccomp")?.value ?? "";
    const profile = own === "" ? seccompProfile(engine.securityOptions) : own;
    if (container.privileged || profile === undefined || profile === "unconfined") {
        return "open";
    }
    if (["builtin", "default"].includes(profile)) {
        return "confined";
    }
    const text = own === "" ? daemon.seccompProfile : own;
    return text === undefined ? "unknown" : confinementOf(text);
}

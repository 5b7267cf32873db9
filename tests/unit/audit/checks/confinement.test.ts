import assert from "node:assert/strict";
import { confinementOf } from "../../../../audit/checks/seccomp";
import { seccompOf } from "../../../../audit/checks/security-options";
import { container, engine } from "../cases";
import { daemon, goodContainer, goodHost } from "../facts";
import { allowList, manyCalls, profile } from "../profiles";
import { itTells, type Told } from "./judged";

const secured = (...securityOptions: string[]) => container({ securityOptions });
const withSelinux = engine({ securityOptions: ["name=seccomp,profile=builtin", "name=selinux"] });

/** That a check finds the one container `good`. */
const warns =
    (id: string, finding: string) =>
    (change: Told[1]): Told => [id, change, "WARN", finding, ["good"]];
const loose = warns("5.3", "Without an option that confines");
const gaining = warns("5.26", "Without no-new-privileges");
const unconfined = warns("5.22", "Without a seccomp profile that holds back anything");
const unknown = (change: Told[1]): Told => [
    "5.22",
    change,
    "INFO",
    "What their seccomp profile holds back is not known",
    ["good"],
];

const securityOptions: readonly Told[] = [
    ...["apparmor=mine", "apparmor:mine", "seccomp=builtin", `seccomp=${allowList}`, "seccomp=/x.json"].map(
        (option): Told => ["5.3", secured(option), "PASS"],
    ),
    ...["apparmor=", "apparmor=unconfined", "apparmor", "seccomp", "label", "mask=/x", ""].map((option) =>
        loose(secured(option)),
    ),
    // SELinux's labels add up, and a `disable` among them is enough.
    ["5.3", { ...withSelinux, ...secured("label=type:web_t", "label:level:s0") }, "PASS"],
    ...[
        ["label=disable"],
        ["disable"],
        ["label="],
        ["label"],
        ["label=type:web_t", "label=disable"],
        ["label=disable", "label=type:web_t"],
        ["label=type:web_t", "disable"],
    ].map((options) => loose({ ...withSelinux, ...secured(...options) })),
    // Of each other option the last one counts.
    loose(secured("apparmor=mine", "apparmor=unconfined")),
    ["5.3", secured("apparmor=unconfined", "apparmor=mine"), "PASS"],
    loose(secured("no-new-privileges", "no-new-privileges=false")),
    ["5.3", secured("no-new-privileges:false", "no-new-privileges"), "PASS"],
    ...["1", "t", "T", "TRUE", "true", "True"].map((value): Told => [
        "5.26",
        { ...secured(`no-new-privileges=${value}`), daemon: daemon({}) },
        "PASS",
    ]),
    ...["0", "f", "false"].map((value) => gaining(secured(`no-new-privileges=${value}`))),
    // The name of an option ends at the first `=`, also behind a `:`.
    gaining({ ...secured("label=no-new-privileges:true"), daemon: daemon({}) }),
    unknown(secured("seccomp=builtin:unconfined")),
];

const seccomp = (body: unknown) => secured(`seccomp=${JSON.stringify(body)}`);
/** A profile that denies what its rules do not let through. */
const denying = (...syscalls: unknown[]) => seccomp({ defaultAction: "SCMP_ACT_ERRNO", syscalls });
const allow = { names: manyCalls, action: "SCMP_ACT_ALLOW" };
const denials = [
    ...["SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS"],
    ...["SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP"],
];

const profiles: readonly Told[] = [
    ...denials.flatMap((action): Told[] => [
        ["5.22", secured(`seccomp=${profile(action)}`), "PASS"],
        ["5.22", denying({ ...allow, action }), "PASS"],
    ]),
    ...["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY"].map((action) =>
        unconfined(denying({ ...allow, action })),
    ),
    // All calls by several rules: half of them each, or one each in the form of old profiles.
    unconfined(denying({ ...allow, names: manyCalls.slice(8) }, { ...allow, names: manyCalls.slice(0, 8) })),
    unconfined(denying(...manyCalls.map((name) => ({ name, action: "SCMP_ACT_ALLOW" })))),
    ...["add_key", "mount", "umount2"].map((call): Told => [
        "5.22",
        denying({ ...allow, names: manyCalls.filter((name) => name !== call) }),
        "PASS",
    ]),
    // Conditions other than capabilities hold nothing back from a container that meets the conditions.
    ...[{}, null, { caps: [] }, { caps: null, arches: ["amd64"] }].map((includes) =>
        unconfined(denying({ ...allow, includes, args: null, name: null })),
    ),
    ["5.22", denying({ ...allow, includes: { caps: ["CAP_SYS_ADMIN"] } }), "PASS"],
    ...[undefined, null, []].map((syscalls): Told => [
        "5.22",
        seccomp({ defaultAction: "SCMP_ACT_ERRNO", syscalls }),
        "PASS",
    ]),
    ...[{ syscalls: [] }, { defaultAction: null }].map((body) => unconfined(seccomp(body))),
    // The engine refuses these.
    ...[[], { defaultAction: 1 }, { defaultAction: "SCMP_ACT_ERRNO", syscalls: {} }].map((body) =>
        unknown(seccomp(body)),
    ),
    ...[
        { names: manyCalls },
        { ...allow, names: "read" },
        { ...allow, names: [1] },
        { ...allow, name: 1 },
        { ...allow, args: 1 },
        { ...allow, includes: 1 },
        { ...allow, includes: { caps: "CAP_SYS_ADMIN" } },
    ].map((rule) => unknown(denying(rule))),
    // The engine's own profile by both of its names, and the file that the engine's settings name.
    ...["builtin", "default"].map((name): Told => [
        "5.22",
        { ...secured("seccomp="), ...engine({ securityOptions: [`name=seccomp,profile=${name}`] }) },
        "PASS",
    ]),
    ["5.22", fileOfEngine(allowList), "PASS"],
    unconfined(fileOfEngine(profile("SCMP_ACT_ALLOW"))),
    unknown(fileOfEngine("{")),
    unknown(fileOfEngine(undefined)),
];

function fileOfEngine(seccompProfile: string | undefined): Told[1] {
    return {
        ...engine({ securityOptions: ["name=seccomp,profile=/x.json"] }),
        daemon: { ...daemon({}), seccompProfile },
    };
}

describe("audit: what is told of containers' security options and seccomp profiles", () => {
    itTells([...securityOptions, ...profiles]);

    it("rests on how far a profile confines", () => {
        assert.equal(confinementOf(allowList), "confined");
        assert.equal(confinementOf(profile("SCMP_ACT_ALLOW")), "open");
        assert.equal(confinementOf(""), "unknown");
        assert.equal(seccompOf(goodContainer(), goodHost()), "confined");
    });
});

/** Problems by which a plan's engines cannot be judged or passed, beside the checks: silence is never a pass. */
import { daemonJsonProblems, isDaemonJson } from "../../config/daemon-keys";
import { daemonStepName } from "../../declaration/resources";
import { unsealed } from "../../transport/seal";
import { daemonPlanOf, isDaemonStep, isHost, parsedJson } from "./engine";
import type { Planned } from "./planned";

/** A problem, and its resource. */
interface Problem {
    /** The resource's URN; undefined: the problem is about the whole stack. */
    readonly urn: string | undefined;
    readonly text: string;
}

/** Whether a resource is given a daemon.json on standard input. */
function isGivenDaemonJson({ inputs: { stdin } }: Planned): boolean {
    return typeof stdin === "string" && isDaemonJson(parsedJson(unsealed(stdin)));
}

/**
 * The problem of one resource: its daemon.json cannot be read, holds a key that undoes the hardening, or comes from
 * another resource than the one of HardenedHost that the checks judge.
 */
export function settingsProblems(resource: Planned): string[] {
    if (!isDaemonStep(resource)) {
        return isGivenDaemonJson(resource)
            ? [
                  `${resource.name} is given a daemon.json, but is no step by which HardenedHost writes it, so it is not judged: ` +
                      "let HardenedHost write that file, once for each host (setting portcullis:engine)",
              ]
            : [];
    }
    const daemon = daemonPlanOf(resource);
    if (daemon.kind !== "set") {
        const reason = daemon.kind === "unreadable" ? `: ${daemon.reason}` : "";
        return [
            `the daemon.json of ${resource.name} cannot be judged${reason}. Make it of settings that a preview shows`,
        ];
    }
    return daemonJsonProblems(Object.fromEntries(Object.entries(parsedJson(daemon.config) ?? {}))).map(
        (problem) => `daemon.json: ${problem} (setting portcullis:engine.settings)`,
    );
}

/** The problems of a finished plan: it hardens no host, or a host has no step for daemon.json, or has several. */
export function stepProblems(plan: readonly Planned[]): Problem[] {
    const hosts = plan.filter(isHost);
    const steps = plan.filter(isDaemonStep);
    if (hosts.length === 0 && steps.length === 0) {
        return [
            {
                urn: undefined,
                text: "no step of this stack sets the engine's daemon.json (component HardenedHost)",
            },
        ];
    }
    return hosts.flatMap(({ urn, name }) => {
        const { length } = steps.filter(({ parent }) => parent === urn);
        return length === 1
            ? []
            : [
                  {
                      urn,
                      text:
                          `${length === 0 ? "no step" : `${length} steps`} of HardenedHost ${name} ` +
                          `${length === 0 ? "writes" : "write"} its daemon.json; expected one, ${daemonStepName(name)}`,
                  },
              ];
    });
}

/** All that keeps a plan's engines from being judged. */
export function engineProblems(plan: readonly Planned[]): Problem[] {
    return [
        ...stepProblems(plan),
        ...plan.flatMap((resource) =>
            settingsProblems(resource).map((text) => ({ urn: resource.urn, text })),
        ),
    ];
}

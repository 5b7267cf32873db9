/**
 * How the resources of a hardened host are told apart in a plan. HardenedHost makes them by these names, and the policy
 * pack finds them by the same ones. Nothing of Pulumi is loaded by this file.
 */

/** Type token of HardenedHost. */
export const hostType = "portcullis:host:HardenedHost";

/** Name of the step that writes daemon.json. The file's text is the step's standard input. */
export function daemonStepName(host: string): string {
    return `${host}-daemon`;
}

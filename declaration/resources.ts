/**
 * Names by which a plan shows the resources of a hardened host and of a hardened container. The components give these
 * names, and the policy pack finds the resources by them.
 */

/** Type token of HardenedHost. */
export const hostType = "portcullis:host:HardenedHost";

/** Name of the step that writes daemon.json. The file's text is the step's standard input. */
export function daemonStepName(host: string): string {
    return `${host}-daemon`;
}

/** Type token of HardenedContainer. */
export const containerType = "portcullis:container:HardenedContainer";

/** Name of the Docker container itself. */
export function containerName(component: string): string {
    return `${component}-container`;
}

/** Name of the step that limits the container's processes; docker.Container has no such input. */
export function processLimitStepName(component: string): string {
    return `${component}-pids`;
}

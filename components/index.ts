/** The components of a stack, in the order in which the stack is built, and the look at the host before them. */
export { lookAt } from "./presence";
export { HardenedHost } from "./host";
export { GeneratedSecrets } from "./secrets";
export { Registry } from "./registry";
export { Scanner } from "./scanner";
export { ImageScans } from "./scan";
export { scanAccess } from "./scan/access";
export { HostAudit } from "./audit";

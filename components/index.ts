/** The components that a stack is made of, in the order in which it is built. */
export { lookAt } from "./presence";
export { HardenedHost } from "./host";
export { GeneratedSecrets } from "./secrets";
export { Registry } from "./registry";
export { Scanner } from "./scanner";
export { ImageScans } from "./scan";
export { HostAudit } from "./audit";

/** All checks of Docker Bench for Security 1.6.0, in the order of their ids. */
import type { HostFacts } from "../facts";
import type { Check } from "../model";
import { auditRuleChecks } from "./audit-rules";
import { containerFileChecks } from "./container-files";
import { containerLimitChecks } from "./container-limits";
import { containerNamespaceChecks } from "./container-namespaces";
import { containerNetworkChecks } from "./container-network";
import { containerPrivilegeChecks } from "./container-privileges";
import { engineNetworkChecks } from "./engine-network";
import { engineOperationChecks } from "./engine-operation";
import { enginePrivilegeChecks } from "./engine-privileges";
import { fileChecks } from "./files";
import { hostChecks } from "./host";
import { imageChecks } from "./images";
import { operationChecks } from "./operation";
import { inOrder } from "./order";
import { swarmChecks } from "./swarm";

/** The checks, by the numbers of their ids. */
export const checks: readonly Check<HostFacts>[] = inOrder([
    ...hostChecks,
    ...auditRuleChecks,
    ...engineNetworkChecks,
    ...enginePrivilegeChecks,
    ...engineOperationChecks,
    ...fileChecks,
    ...imageChecks,
    ...containerPrivilegeChecks,
    ...containerLimitChecks,
    ...containerFileChecks,
    ...containerNetworkChecks,
    ...containerNamespaceChecks,
    ...operationChecks,
    ...swarmChecks,
]);

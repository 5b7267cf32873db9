import { PolicyPack } from "@pulumi/policy";
import { PackContext, previewedGate } from "./context";
import { containerRuntime } from "./rules/container-runtime";
import { containerUser } from "./rules/container-user";
import { engineHardened } from "./rules/engine-hardened";
import { engineSettings } from "./rules/engine-settings";
import { exceptionsHold } from "./rules/exceptions-hold";
import { processLimits } from "./rules/process-limits";

// Stops a preview that would lower the host's Docker Bench score; which WARNs a stack may have is in its settings.
const context = new PackContext(previewedGate());

new PolicyPack("portcullis", {
    policies: [
        engineSettings(context),
        engineHardened(context),
        containerUser(context),
        containerRuntime(context),
        processLimits(context),
        exceptionsHold(context),
    ],
});

/** The offline command plugin: `command:local:Command` and `command:remote:Command` of command 1.2.1. */
import type { ProviderDefinition } from "../lib/resource";
import { serve } from "../lib/server";
import { runLocal } from "./local";
import { runRemote } from "./remote";
import { commandResource } from "./resource";
import { local, localArguments, remote, remoteArguments } from "./types";

/** The official plugin's framework leaves its version among the provider's inputs, and so in the state. */
const frameworkKey = "__pulumi-go-provider-version";
const frameworkVersion = "1.2.0";
const configKeys = ["version", "pluginDownloadURL", frameworkKey];
const noConfiguration = "the command provider has no configuration: remove this key";

const provider: ProviderDefinition<unknown> = {
    name: "command",
    version: "1.2.1",
    acceptSecrets: true,
    acceptResources: true,
    checkConfig: (inputs) => {
        const unknown = Object.keys(inputs).filter((key) => !configKeys.includes(key));
        const failures = unknown.map((property) => ({ property, reason: noConfiguration }));
        return { inputs: { ...inputs, [frameworkKey]: frameworkVersion }, failures };
    },
    parseConfig: (raw) => {
        const key = Object.keys(raw).find((name) => !configKeys.includes(name));
        if (key !== undefined) {
            throw new Error(`${key}: ${noConfiguration}`);
        }
        return undefined;
    },
    resources: {
        "command:local:Command": commandResource({ ...local, arguments: localArguments, run: runLocal }),
        "command:remote:Command": commandResource({ ...remote, arguments: remoteArguments, run: runRemote }),
    },
};

serve(provider);

/** The offline docker plugin. */
import type { ProviderDefinition } from "../lib/resource";
import { serve } from "../lib/server";
import { type DockerConfig, checkConfig, diffConfig, parseConfig } from "./config";
import { container } from "./resources/container";
import { network } from "./resources/network";
import { remoteImage } from "./resources/remote-image";
import { volume } from "./resources/volume";

/** The release of the official plugin that this one stands for. */
const version = "5.2.0";

const definition: ProviderDefinition<DockerConfig> = {
    name: "docker",
    version,
    checkConfig,
    diffConfig,
    parseConfig,
    resources: {
        "docker:index/container:Container": container,
        "docker:index/network:Network": network,
        "docker:index/remoteImage:RemoteImage": remoteImage,
        "docker:index/volume:Volume": volume,
    },
};

serve(definition);

/** Configures a docker plugin as the engine does. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Plugin } from "../lib/driver";

/** Gives the settings as properties and as the flat map of old, which the official plugin reads too. */
export function configureBoth(plugin: Plugin, settings: Record<string, string>): Promise<void> {
    const request = new ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(settings));
    for (const [key, value] of Object.entries(settings)) {
        request.getVariablesMap().set(`docker:config:${key}`, value);
    }
    return new Promise((resolve, reject) => {
        plugin.client.configure(request, (error) => {
            if (error === null) {
                resolve();
            } else {
                reject(error);
            }
        });
    });
}

/** The offline tls plugin: the keys, requests and certificates of tls 5.6.1. */
import type { ProviderDefinition } from "../lib/resource";
import { serve } from "../lib/server";
import { tlsResource } from "./resource";
import { certRequest } from "./resources/cert-request";
import { locallySignedCert } from "./resources/locally-signed-cert";
import { privateKey } from "./resources/private-key";
import { selfSignedCert } from "./resources/self-signed-cert";

const configKeys = ["version", "pluginDownloadURL"];

const provider: ProviderDefinition<unknown> = {
    name: "tls",
    version: "5.6.1",
    checkConfig: (inputs) => {
        const failures = Object.keys(inputs)
            .filter((key) => !configKeys.includes(key))
            .map((key) => ({ property: "", reason: noConfiguration(key) }));
        return { inputs, failures };
    },
    parseConfig: (raw) => {
        const [key] = Object.keys(raw);
        if (key !== undefined) {
            throw new Error(noConfiguration(key));
        }
        return undefined;
    },
    resources: {
        "tls:index/privateKey:PrivateKey": tlsResource(privateKey),
        "tls:index/certRequest:CertRequest": tlsResource(certRequest),
        "tls:index/selfSignedCert:SelfSignedCert": tlsResource(selfSignedCert),
        "tls:index/locallySignedCert:LocallySignedCert": tlsResource(locallySignedCert),
    },
};

function noConfiguration(key: string): string {
    return `\`tls:${key}\` is not a configuration key of the offline tls plugin, which has none: remove it`;
}

serve(provider);

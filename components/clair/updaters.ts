import * as crypto from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";
import type { Engine } from "../engine";
import { placeFile, type PlacedFile } from "../file";

/** The way of Clair's updaters to their sources. */
export interface UpdaterAccess {
    /** URL of the proxy, perhaps with a login; secret. @default none */
    readonly proxy?: pulumi.Output<string> | undefined;
    /** Names that are reached without the proxy. */
    readonly noProxy: readonly string[];
    /** PEM of more CAs that Clair trusts. @default none */
    readonly certificates?: string | undefined;
}

interface UpdaterFilesArgs {
    readonly engine: Engine;
    readonly folder: string;
    /** Uid in the container that reads the files. */
    readonly uid: number;
    readonly access: UpdaterAccess;
    /** `NAME:PORT` of the private registry, which no proxy reaches. */
    readonly registryServer: string;
    /** Any secret that nobody can guess: the digest of a file with a login is public. */
    readonly salt: pulumi.Output<string>;
}

/** Files on the host for Clair's updaters; those that are not set are missing. */
export interface UpdaterFiles {
    /** Shell lines that set the proxy. */
    readonly proxy?: PlacedFile;
    readonly certificates?: PlacedFile;
}

/** Puts the proxy and the CAs of the updaters on the host. The proxy's login stands in a file alone, and in no container's settings. */
export function placeUpdaterFiles(
    name: string,
    args: UpdaterFilesArgs,
    parent: pulumi.Resource,
): UpdaterFiles {
    const { engine, folder, uid, access, registryServer, salt } = args;
    const { proxy, certificates } = access;
    return {
        ...(proxy === undefined
            ? {}
            : {
                  proxy: placeFile(
                      `${name}-clair-proxy`,
                      engine,
                      {
                          path: `${folder}/proxy.sh`,
                          mode: "0400",
                          owner: String(uid),
                          content: pulumi.secret(
                              pulumi
                                  .all([proxy, salt])
                                  .apply(([url, secret]) =>
                                      renderProxy(url, [hostOf(registryServer), ...access.noProxy], secret),
                                  ),
                          ),
                      },
                      parent,
                  ),
              }),
        ...(certificates === undefined
            ? {}
            : {
                  certificates: placeFile(
                      `${name}-clair-company-ca`,
                      engine,
                      {
                          path: `${folder}/company-ca.crt`,
                          mode: "0444",
                          owner: "root",
                          content: certificates,
                      },
                      parent,
                  ),
              }),
    };
}

function hostOf(server: string): string {
    return server.replace(/:\d+$/, "");
}

/** Renders the shell lines that set a proxy. The salt hides the login from those who see the file's digest. */
export function renderProxy(url: string, noProxy: readonly string[], salt: string): string {
    const none = [...new Set(noProxy)].join(",");
    const variables = { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: none };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote([value])}`);
    const hidden = crypto.createHmac("sha256", salt).update("clair proxy").digest("hex");
    return [`# ${hidden}`, ...lines, ""].join("\n");
}

/** The login of a registry in the forms in which the engine and its client take it. */
import { registryOf } from "../../text/reference";
import { renderClientConfig } from "../../transport/client-config";
import type { RegistryLogin } from "../../config/upstream";

/**
 * A login as the engine's API takes it (header `X-Registry-Auth`): JSON in base64 with `-` and `_`, and with its padding.
 *
 * @returns nothing without a login
 */
export function engineLogin(login: RegistryLogin | undefined): string {
    if (login === undefined) {
        return "";
    }
    const json = JSON.stringify({ username: login.username, password: login.password });
    return Buffer.from(json).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * Standard input of pull-image.sh: a line for the engine's API, and then the client's configuration with this one login.
 *
 * @param reference the image to pull, whose registry the login is for
 */
export function pullInput(reference: string, login: RegistryLogin): string {
    const config = renderClientConfig(registryOf(reference), login.username, login.password);
    return `${engineLogin(login)}\n${config}\n`;
}

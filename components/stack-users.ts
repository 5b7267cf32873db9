import type { RegistryUser } from "./registry/access";
import type { GeneratedSecrets } from "./secrets";

/** The user by whom the scanner pulls from the stack's registry; no setting can take the name. */
export const scannerUser = "scanner";

/** All who may log in to the stack's registry: its user, and then the scanner. */
export function registryUsers(
    username: string,
    secrets: Pick<GeneratedSecrets, "registryPassword" | "scannerPassword">,
): readonly [RegistryUser, ...RegistryUser[]] {
    return [
        { name: username, password: secrets.registryPassword },
        { name: scannerUser, password: secrets.scannerPassword },
    ];
}

/** Ubuntu's releases for which there is OVAL, by their version; Launchpad names them so. */
export const ubuntuReleases: ReadonlyMap<string, string> = new Map([
    ["14.04", "trusty"],
    ["16.04", "xenial"],
    ["18.04", "bionic"],
    ["20.04", "focal"],
    ["22.04", "jammy"],
    ["24.04", "noble"],
    ["24.10", "oracular"],
    ["25.04", "plucky"],
    ["25.10", "questing"],
    ["26.04", "resolute"],
]);

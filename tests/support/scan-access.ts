import type { ScanAccess } from "../../outputs/scan-access";

/** The stack's output `scanAccess` of a stack that is nowhere. */
export const someAccess: ScanAccess = {
    owner: "portcullis/prod",
    runner: "/usr/local/lib/portcullis/run.sh",
    host: {
        address: "192.0.2.10",
        port: 22,
        user: "root",
        privateKeyFile: "keys/id",
        hostKey: "ssh-ed25519 AAAAC3Nza",
    },
    registry: {
        server: "192.0.2.10:5000",
        internalServer: "registry.portcullis.internal:5000",
        volume: "p-registry",
        username: "portcullis",
        password: "the password of the registry",
    },
    clair: {
        image: "sha256:1",
        network: "p-scan",
        configFile: "/etc/portcullis/clair/config.yaml",
        caFile: "/etc/portcullis/ca.crt",
        caFolders: "/a:/b",
        uid: 65534,
        url: "http://clair:6060/",
        containerName: "p-clair",
        clientConfig: '{"auths":{"registry.portcullis.internal:5000":{"auth":"c2Nhbm5lcg=="}}}',
    },
    containers: ["p-registry", "p-postgres", "p-clair"],
    data: {
        container: "postgres",
        database: "matcher",
        minimumAdvisories: 10,
        maximumAgeDays: 14,
        expectedUpdaters: ["debian/updater"],
    },
    scan: {},
    accept: {},
};

/** Requests to an engine that its authorization plugin is to deny, and some that it is to let be. */

/** Each is accepted without the plugin, or refused by the engine itself with another status. */
export const denied: readonly (readonly [
    rule: string,
    line: string,
    hostConfig: string,
    without?: number,
])[] = [
    ["privileged", "POST /v1.40/containers/create", '{"Privileged":true,"UsernsMode":"host"}'],
    ["privileged", "POST /containers/create", '{"privileged":true,"usernsmode":"host"}'],
    ["unreadable", "POST /containers/create", '{"Privileged":true,"Privileged":false,"UsernsMode":""}'],
    ["host-user-namespace", "POST /v1.24/containers/create", '{"UsernsMode":"host"}'],
    ["host-user-namespace", "POST /containers%2Fcreate", '{"UsernsMode":"host"}'],
    ["host-user-namespace", "POST http://x/containers/create", '{"u\\u017fernsmode":"host"}'],
    ["host-pid", "POST /containers/create", '{"UsernsMode":"","PidMode":"host"}', 400],
    ["capabilities", "POST /containers/create", '{"CapAdd":["SYS_ADMIN"]}'],
    [
        "devices",
        "POST /containers/create",
        '{"Devices":[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse"}]}',
    ],
    ["security-options", "POST /containers/create", '{"SecurityOpt":["seccomp=unconfined"]}'],
    ["security-options", "POST /containers/create", '{"SecurityOpt":["no-new-privileges:false"]}'],
    ["masked-paths", "POST /containers/create", '{"MaskedPaths":[],"ReadonlyPaths":[]}'],
    ["host-paths", "POST /containers/create", '{"Binds":["//var/./run//docker.sock:/s"]}'],
    ["host-paths", "POST /containers/create", '{"Binds":["/srv/link:/s"]}'],
    ["host-paths", "POST /containers/create", '{"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}]}'],
    [
        "host-paths",
        "POST /containers/create",
        '{"Mounts":[{"Type":"volume","Target":"/h","VolumeOptions":{"DriverConfig":{"Options":{"type":"none","o":"rbind","device":"/"}}}}]}',
    ],
    ["mount-propagation", "POST /containers/create", '{"Binds":["/srv:/s:rshared"]}'],
];

/** Ordinary containers, and the stack's own kind. */
export const accepted = [
    "{}",
    '{"Binds":["/srv:/srv:ro","data:/data"],"CapAdd":["NET_BIND_SERVICE"],"SecurityOpt":["no-new-privileges"]}',
    '{"CapDrop":["ALL"],"ReadonlyRootfs":true,"Memory":67108864,"NetworkMode":"none","UsernsMode":"","Privileged":false}',
];

/** A container with a host configuration. */
export function body(hostConfig: string): string {
    return `{"Image":"portcullis/redis:lab","HostConfig":${hostConfig}}`;
}

/** Requests to an engine that its authorization plugin is to deny, and some that the plugin is to let be. */

/** Each request is accepted without the plugin, or refused by the engine itself with another status. */
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
        "volume-options",
        "POST /containers/create",
        '{"Mounts":[{"Type":"volume","Target":"/h","VolumeOptions":{"DriverConfig":{"Options":{"type":"none","o":"rbind","device":"/"}}}}]}',
    ],
    ["mount-propagation", "POST /containers/create", '{"Binds":["/srv:/s:rshared"]}'],
];

/** Requests that are for no container, and denied too. */
export const deniedRequests: readonly (readonly [rule: string, line: string, text: string])[] = [
    ["volume-options", "POST /volumes/create", '{"DriverOpts":{"type":"ext4","device":"/dev/sda1"}}'],
    ["volume-options", "POST /volumes/create", '{"DriverOpts":{"type":"none","o":"bind","device":"/etc"}}'],
    ["old-api", "POST /v1.23/containers/x/start", '{"Privileged":true}'],
    ["host-network", "POST /build?networkmode=host", ""],
    ["plugins", "POST /plugins/pull?remote=x", "[]"],
    ["swarm", "POST /swarm/init", "{}"],
];

/** Acts of the engine as the host's root, so that user namespaces do not hold it; fails where an act fails. */
export const pastNamespaces = `set -e
    # Copies go into what is mounted.
    echo payload > /tmp/payload
    docker create --name bait -v /usr/local/bin:/x portcullis/redis:lab
    docker cp /tmp/payload bait:/x/ && grep payload /usr/local/bin/payload
    docker rm bait && rm /usr/local/bin/payload
    # A folder that is not there is made for the container's root.
    docker run --rm --user 0 -v /etc/cron.extra:/x --entrypoint touch portcullis/redis:lab /x/payload
    test -e /etc/cron.extra/payload && rm -r /etc/cron.extra
    # An empty volume is filled.
    test -z "$(ls -A /usr/local/bin)"
    docker volume create --opt type=none --opt o=bind --opt device=/usr/local/bin fill
    docker run --rm -v fill:/etc --entrypoint true portcullis/redis:lab
    test -e /usr/local/bin/passwd
    docker volume rm fill && find /usr/local/bin -mindepth 1 -delete
    # The fill makes devices of the host too, outside of every container, for whoever is on the host.
    mkdir -p /var/tmp/filled /var/tmp/image/x && mknod -m 0666 /var/tmp/image/x/disk b 8 0
    tar -C /var/tmp/image -c . | docker import - devices && rm -r /var/tmp/image
    docker volume create --opt type=none --opt o=bind --opt device=/var/tmp/filled devices
    docker create --name devices -v devices:/x devices /x
    test -b /var/tmp/filled/disk && test "$(stat -c '%a %t:%T' /var/tmp/filled/disk)" = '666 8:0'
    docker rm devices && docker volume rm devices && rm -r /var/tmp/filled`;

/** Volumes over a folder of the host that exists, in the ways in which the driver and the kernel take them. */
const boundVolumes = [
    "--opt type=none --opt o=bind --opt device=/var/tmp/filled",
    "--opt type=none --opt o=rbind --opt device=/var/tmp/filled",
    "--opt type=none --opt o=ro,bind --opt device=/var/tmp/filled",
    "--opt type=tmpfs --opt o=size=1m,bind --opt device=/var/tmp/filled",
    "--opt type=bind --opt o=bind --opt device=/var/tmp/filled",
    "--opt type= --opt o=bind --opt device=/var/tmp/filled",
];

/** The commands that the plugin denies. */
export const deniedCommands: readonly (readonly [rule: string, line: string])[] = [
    ["archive", "docker create --name bait portcullis/redis:lab && docker cp /tmp/payload bait:/tmp/"],
    ["archive", "docker cp bait:/etc/passwd -"],
    ["host-paths", "docker run --rm -v /etc/cron.extra:/x portcullis/redis:lab"],
    ["volume-options", "docker volume create --opt type=none --opt o=bind --opt device=/usr/local/bin fill"],
    ...boundVolumes.map((options) => ["volume-options", `docker volume create ${options} filled`] as const),
    [
        "volume-options",
        "docker run --rm --mount type=volume,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/var/tmp/filled,target=/x devices /x",
    ],
    [
        "volume-options",
        "docker volume create --opt type=nfs --opt o=addr=169.254.169.254 --opt device=:/x share",
    ],
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

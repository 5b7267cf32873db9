/** The differences of which the audit names the command that mends them, by the kind of thing that was declared. */
import type { DeclaredKind } from "../../../declaration";
import { otherCa } from "../probes";
import type { DriftCase } from "./case";
import { containers, networks, put, undeclared, up, volumes } from "./drift-engine";

const moved = /^mv --backup=numbered \S+ \/root\/$/;
const removed = /^rm -r -- /;
const daemon = "/etc/docker/daemon.json";
const clair = "/etc/portcullis/clair";
const scripts = "/usr/local/lib/portcullis";
const server = "/etc/portcullis/registry/tls/server.crt";
const plugin = "/etc/systemd/system/portcullis-authorization.service";
const program = "/usr/local/lib/portcullis-authorization/plugin";
/** A name that a shell would take apart. */
const strange = `${clair}/it's a "file"; $HOME.yaml`;
const day = 24 * 3600;

const files: readonly DriftCase[] = [
    put(4, "daemon.json is writable for all", daemon, `chmod 0666 ${daemon}`, "mode"),
    put(2, "a file is gone", `${clair}/empty-mapping.json`, `rm ${clair}/empty-mapping.json`),
    put(
        1,
        "a file was changed",
        "/etc/portcullis/registry/htpasswd",
        "echo 'eve:$2b$10$x' >> /etc/portcullis/registry/htpasswd",
    ),
    put(
        1,
        "a key is somebody else's",
        "/etc/portcullis/registry/tls/server.key",
        "chown 12345:12345 /etc/portcullis/registry/tls/server.key",
        "uid",
    ),
    put(1, "a script is writable for all", `${scripts}/common.sh`, `chmod 0777 ${scripts}/common.sh`, "mode"),
    put(2, "a script was changed", `${scripts}/common.sh`, `echo : >> ${scripts}/common.sh`, "sha256"),
    put(
        1,
        "the plugin's confinement was taken away",
        plugin,
        `sed -i 's/^NoNewPrivileges=.*/NoNewPrivileges=no/' ${plugin}`,
    ),
    put(
        2,
        "the plugin's program was changed",
        program,
        `cp -p ${program} /root/other; echo >> /root/other; mv /root/other ${program}`,
    ),
    {
        round: 3,
        name: "a link is in the place of a file",
        subject: `${clair}/config.yaml`,
        key: "type",
        state: `mv ${clair}/config.yaml /root/linked.yaml; ln -s /root/linked.yaml ${clair}/config.yaml`,
        commands: [moved, up],
        after: "rm /root/linked.yaml /root/config.yaml",
    },
    {
        round: 4,
        name: "a folder is in the place of a file",
        subject: `${clair}/config.yaml`,
        key: "type",
        state: `rm ${clair}/config.yaml; mkdir ${clair}/config.yaml; echo kept > ${clair}/config.yaml/mine`,
        commands: [moved, up],
        after: "grep -qx kept /root/config.yaml/mine && rm -r /root/config.yaml",
    },
];

const folders: readonly DriftCase[] = [
    put(5, "a folder is gone", clair, `rm -r ${clair}`),
    {
        round: 6,
        name: "a file is in the place of a folder",
        subject: clair,
        key: "type",
        state: `mv ${clair} /root/before; echo kept > ${clair}`,
        commands: [moved, up],
        after: "grep -qx kept /root/clair && rm -r /root/clair /root/before",
    },
    {
        round: 3,
        name: "all may write in a folder",
        subject: scripts,
        key: "mode",
        state: `chmod 0757 ${scripts}`,
        commands: [/^chown root:root \S+ && chmod 0755 \S+$/],
    },
    {
        round: 1,
        name: "a file that nobody declared, of a strange name",
        subject: strange,
        state: `echo more > '${strange.replaceAll("'", String.raw`'\''`)}'`,
        commands: [removed],
    },
];

/** Cases by the kind of the declared thing; `undeclared` is what only looks like the stack's. */
export const driftCases: Readonly<Record<DeclaredKind | "undeclared", readonly DriftCase[]>> = {
    daemon: [
        put(
            1,
            "a setting of the engine was changed",
            daemon,
            `sed -i 's/"icc": false/"icc": true/' ${daemon}`,
            "icc",
        ),
        put(
            2,
            "the engine has one more setting",
            daemon,
            `sed -i 's/"icc": false/"icc": false, "debug": true/' ${daemon}`,
            "debug",
        ),
        put(3, "the engine's settings are gone", daemon, `rm ${daemon}`),
    ],
    engine: [
        {
            round: 5,
            name: "the engine runs with other settings than its file has",
            subject: "running engine",
            key: "loggingDriver",
            state: `cp -p ${daemon} /root/kept; sed -i 's/"log-driver": "local"/"log-driver": "json-file"/' ${daemon}; systemctl restart docker; mv /root/kept ${daemon}`,
            commands: [/^systemctl restart docker$/],
        },
    ],
    idRange: [
        put(
            1,
            "the subordinate ids are others",
            "/etc/subuid",
            "sed -i 's/^dockremap:.*/dockremap:300000:65536/' /etc/subuid",
        ),
        put(2, "the subordinate ids are gone", "/etc/subgid", "sed -i '/^dockremap:/d' /etc/subgid"),
        put(
            3,
            "the user of the ids is gone, and its group is not",
            "user dockremap",
            "sed -i '/^dockremap:/d' /etc/passwd /etc/shadow",
        ),
    ],
    auditRules: [],
    file: files,
    folder: folders,
    absent: [
        {
            round: 2,
            name: "the plugin's unit is changed beside its file",
            subject: `${plugin}.d`,
            state: `mkdir ${plugin}.d; printf '[Service]\\nNoNewPrivileges=no\\n' > ${plugin}.d/more.conf; systemctl daemon-reload`,
            commands: [/^rm -r -- \S+ && systemctl daemon-reload$/],
        },
    ],
    certificate: [
        put(
            2,
            "a certificate is another one",
            server,
            `cat > ${server} <<'EOF'\n${otherCa()}EOF\n`,
            "certificate",
        ),
        {
            round: 6,
            name: "a certificate ends in 20 days",
            subject: server,
            key: "notAfter",
            ahead: 345 * day,
            state: "true",
            commands: [/^\.\/pulumiw up --stack \S+ --replace 'urn:\S+::registry-certificates-server'$/],
        },
        {
            round: 6,
            name: "the CA ends in 60 days",
            subject: "/etc/portcullis/registry/tls/ca.crt",
            key: "notAfter",
            ahead: (3650 - 60) * day,
            state: "true",
            commands: [/^\.\/pulumiw up --stack \S+ --replace 'urn:\S+::registry-certificates-ca'$/],
        },
    ],
    container: containers,
    network: networks,
    volume: volumes,
    undeclared,
};

/** A loss or a change on a host behind the stack's back, made by hand, as root. */
export interface Loss {
    readonly name: string;
    /** Shell lines on the host. */
    readonly harm: string;
    /** The words of the next `up` on the loss. */
    readonly said: RegExp;
    /** Shell lines on the host that print the same before the harm and after the next `up`. */
    readonly same?: string;
}

const file = (path: string, what: string, harm: string): Loss => ({
    name: `${path} is ${what}`,
    harm: harm.replaceAll("FILE", path),
    said: new RegExp(`(file|content) ${path} \\((gone|changed)\\)`),
});

/** The losses of a file: removed, emptied, changed in its text, its mode and its owner. */
const fileLosses = (path: string): Loss[] => [
    file(path, "removed", "rm FILE"),
    file(path, "changed", "echo >> FILE"),
    file(path, "writable for all", "chmod 0666 FILE"),
    file(path, "somebody else's", "chown 12345:12345 FILE"),
];

const container = (name: string): Loss[] => {
    const said = new RegExp(`container portcullis-${name} \\((gone|changed)\\)`);
    const loss = (what: string, harm: string): Loss => ({
        name: `the container of ${name} is ${what}`,
        harm,
        said,
    });
    return [
        loss("removed", `docker rm -f portcullis-${name}`),
        loss("stopped", `docker stop portcullis-${name}`),
        loss("paused", `docker pause portcullis-${name}`),
        loss("renamed", `docker rename portcullis-${name} other-${name}`),
        loss("given more memory", `docker update --memory 1900m --memory-swap 1900m portcullis-${name}`),
        loss("given more processes", `docker update --pids-limit 9999 portcullis-${name}`),
        loss("never started again", `docker update --restart no portcullis-${name}`),
        loss(
            "taken off a network",
            `docker network disconnect -f portcullis-${name === "postgres" ? "database" : "scan"} portcullis-${name}`,
        ),
    ];
};

const network = (name: string): Loss => ({
    name: `the network ${name} is removed`,
    harm: `for id in $(docker network inspect -f '{{range $id, $_ := .Containers}}{{$id}} {{end}}' portcullis-${name}); do
docker network disconnect -f portcullis-${name} $id; done; docker network rm portcullis-${name}`,
    said: new RegExp(`network portcullis-${name} \\(gone\\)`),
});

const volume = (name: string): Loss => ({
    name: `the volume ${name} is removed, with its container`,
    harm: `docker rm -f portcullis-${name}; docker volume rm portcullis-${name}`,
    said: new RegExp(`volume portcullis-${name} \\(gone\\)`),
});

const sql = (database: string, statement: string): string =>
    `docker exec portcullis-postgres psql -U postgres -d ${database} -v ON_ERROR_STOP=1 -c "${statement}"`;

/** Shell lines that print a checksum of all advisories, and how many the matcher looks at. */
const advisories = sql(
    "matcher",
    "SELECT md5(string_agg((to_jsonb(v) - 'id')::text, '' ORDER BY hash)) FROM vuln v; SELECT count(*) FROM uo_vuln JOIN latest_update_operations o ON o.id = uo",
);

const store = `$(docker volume inspect -f '{{.Mountpoint}}' portcullis-registry)/docker/registry/v2`;

/** Shell lines that find the file of a manifest of redis, and of the first of its layers. */
const manifest = `digest=$(ls ${store}/repositories/redis/_manifests/revisions/sha256 | head -n 1)
file=${store}/blobs/sha256/$(printf %.2s "$digest")/$digest/data`;
const layer = `${manifest}
digest=$(grep -o '"sha256:[0-9a-f]*"' "$file" | tail -n 1 | tr -d '"' | cut -d : -f 2)
file=${store}/blobs/sha256/$(printf %.2s "$digest")/$digest/data`;

const spool = (what: string, harm: string, said: RegExp): Loss => ({
    name: `Clair's spool is ${what}`,
    harm: harm.replaceAll("SPOOL", "/var/spool/portcullis/clair"),
    said,
});
const spoolGone = /spool \/var\/spool\/portcullis\/clair \(gone\)/;
const spoolChanged = /spool \/var\/spool\/portcullis\/clair \(changed\)/;
const spoolUnit = "portcullis-clair-spool.service";

/** All losses that are tried, each with a name of its own. */
export const lossTable: readonly Loss[] = [
    ...fileLosses("/etc/docker/daemon.json"),
    ...fileLosses("/etc/portcullis/registry/config.yml"),
    ...fileLosses("/etc/portcullis/registry/tls/server.key"),
    ...fileLosses("/etc/portcullis/clair/config.yaml"),
    file("/etc/portcullis/registry/htpasswd", "removed", "rm FILE"),
    file("/etc/portcullis/postgres/password", "removed", "rm FILE"),
    file("/etc/docker/certs.d/ADDRESS:5000/ca.crt", "removed", "rm FILE"),
    file("/var/lib/portcullis/audit-baseline.json", "removed", "rm FILE"),
    ...["registry", "postgres", "clair"].flatMap(container),
    ...["scan", "registry", "database"].map(network),
    ...["registry", "postgres"].map(volume),
    {
        name: "subuid is edited",
        harm: "sed -i 's/^dockremap:.*/dockremap:300000:65536/' /etc/subuid",
        said: /ids dockremap \(changed\)/,
    },
    {
        name: "dockremap's lines are removed",
        harm: "sed -i '/^dockremap:/d' /etc/subuid /etc/subgid",
        said: /ids dockremap \(changed\)/,
    },
    {
        name: "the authorization plugin's socket is stopped",
        harm: "systemctl stop portcullis-authorization.socket",
        said: /unit portcullis-authorization\.socket \(changed\)/,
    },
    {
        name: "the authorization plugin's socket is disabled",
        harm: "systemctl disable portcullis-authorization.socket",
        said: /unit portcullis-authorization\.socket \(changed\)/,
    },
    spool("without its file", "rm SPOOL.img", spoolGone),
    spool("not mounted", "umount SPOOL", spoolGone),
    spool("mounted so that programs in it run", "mount -o remount,exec SPOOL", spoolChanged),
    spool("larger than it was set", "truncate -s 3G SPOOL.img", spoolChanged),
    spool("for all to read", "chmod 0644 SPOOL.img; chmod 0777 SPOOL/files", spoolChanged),
    spool(
        "without its unit",
        `rm /etc/systemd/system/${spoolUnit}; systemctl daemon-reload`,
        /file \/etc\/systemd\/system\/portcullis-clair-spool\.service \(gone\)/,
    ),
    spool(
        "not mounted at the next boot",
        `systemctl disable ${spoolUnit}`,
        /unit portcullis-clair-spool\.service \(changed\)/,
    ),
    {
        name: "the engine is stopped, with its socket",
        harm: "systemctl stop docker.socket docker",
        said: /engine docker \(gone\)/,
    },
    {
        name: "the engine is started without daemon.json",
        harm: "mv /etc/docker/daemon.json /root/; systemctl restart docker",
        said: /engine docker \(changed\).*file \/etc\/docker\/daemon\.json \(gone\)|file \/etc\/docker\/daemon\.json \(gone\).*engine docker \(changed\)/,
    },
    {
        name: "all of the engine's data is removed",
        harm: "systemctl stop docker.socket docker; rm -rf /var/lib/docker/*; systemctl start docker",
        // Engines before 23.0 keep their id in /etc/docker/key.json: only newer ones are another engine then.
        said: /volume portcullis-registry \(gone\)/,
    },
    {
        name: "all that is unused is pruned while the containers are stopped",
        harm: "docker stop $(docker ps -q); docker system prune -af --volumes",
        said: /container portcullis-registry \(gone\)/,
    },
    {
        name: "the image redis is removed from the engine",
        harm: "docker rmi -f $(docker images --no-trunc -q --filter 'reference=*/redis' --filter 'reference=*/*/redis' | sort -u)",
        said: /image sha256:[0-9a-f]{64} \(gone\)/,
    },
    {
        name: "a manifest is gone from the registry",
        harm: `rm -rf ${store}/repositories/redis/_manifests`,
        said: /manifest portcullis-registry redis sha256:[0-9a-f]{64} \(gone\)/,
    },
    {
        name: "all layers are gone from the registry",
        harm: `rm -rf ${store}/blobs`,
        said: /manifest portcullis-registry redis sha256:[0-9a-f]{64} \(gone\)/,
    },
    {
        name: "a layer's bytes are changed in the registry",
        harm: `${layer}; printf x | dd of="$file" bs=1 seek=100 conv=notrunc status=none`,
        said: /manifest portcullis-registry redis sha256:[0-9a-f]{64} \(changed\)/,
    },
    {
        name: "a layer is cut short in the registry",
        harm: `${layer}; truncate -s 100 "$file"`,
        said: /manifest portcullis-registry redis sha256:[0-9a-f]{64} \(changed\)/,
    },
    {
        name: "a manifest's bytes are changed in the registry",
        harm: `${manifest}; echo >>"$file"`,
        said: /manifest portcullis-registry redis sha256:[0-9a-f]{64} \(gone\)/,
    },
    {
        name: "one advisory is deleted",
        harm: sql("matcher", "DELETE FROM vuln WHERE id = (SELECT max(id) FROM vuln)"),
        said: /advisories portcullis-postgres matcher \(changed\)/,
        same: advisories,
    },
    {
        name: "the severity of one advisory is changed",
        harm: sql(
            "matcher",
            "UPDATE vuln SET normalized_severity = 'Negligible' WHERE id = (SELECT max(id) FROM vuln)",
        ),
        said: /advisories portcullis-postgres matcher \(changed\)/,
        same: advisories,
    },
    {
        name: "the advisories are deleted",
        harm: sql("matcher", "TRUNCATE vuln CASCADE"),
        said: /advisories portcullis-postgres matcher \(changed\)/,
        same: advisories,
    },
    {
        name: "the database of the advisories is dropped",
        harm: `docker stop portcullis-clair; ${sql("postgres", "DROP DATABASE matcher WITH (FORCE)")}`,
        said: /databases portcullis-postgres \(changed\)/,
    },
    {
        name: "the password of Clair's role is changed",
        harm: sql("postgres", "ALTER ROLE clair PASSWORD 'other'"),
        said: /databases portcullis-postgres \(changed\)/,
    },
    {
        name: "a script is removed",
        harm: "rm /usr/local/lib/portcullis/prove-userns.sh",
        said: /not as the last `up` left it, and made anew: the scripts in/,
    },
    {
        name: "all scripts are removed",
        harm: "rm -r /usr/local/lib/portcullis",
        said: /not as the last `up` left it, and made anew: the scripts in/,
    },
    {
        name: "all that Portcullis notes on the host is removed",
        harm: "rm -r /var/lib/portcullis",
        said: /has nothing of what the last `up` left/,
    },
];

/** One loss of each kind of thing: file, id range, unit, container, network, volume, image, manifest, layer, database. */
const ofEachKind = [
    "/etc/portcullis/registry/tls/server.key is removed",
    "dockremap's lines are removed",
    "the authorization plugin's socket is disabled",
    "the container of clair is removed",
    "the network scan is removed",
    "the volume postgres is removed, with its container",
    "the image redis is removed from the engine",
    "a manifest is gone from the registry",
    "a layer's bytes are changed in the registry",
    "the password of Clair's role is changed",
];

/** Pairs of which the second loss needs a thing that the first one takes away. */
const impossible = [
    ["the volume postgres is removed, with its container", "the password of Clair's role is changed"],
    ["a manifest is gone from the registry", "a layer's bytes are changed in the registry"],
];

/** Pairs of things that are lost together: one of each two kinds, and two of one kind. */
export function pairs(): Loss[][] {
    const mixed = ofEachKind.flatMap((one, index) =>
        ofEachKind.slice(index + 1).map((other) => [one, other] as const),
    );
    const possible = mixed.filter(
        ([one, other]) => !impossible.some(([first, second]) => one === first && other === second),
    );
    return [
        ...possible,
        ["the container of registry is removed", "the container of postgres is removed"],
        ["the network registry is removed", "the network database is removed"],
        [
            "the volume registry is removed, with its container",
            "the volume postgres is removed, with its container",
        ],
        ["/etc/portcullis/registry/htpasswd is removed", "/etc/portcullis/postgres/password is removed"],
    ].map((names) => together(...names));
}

/** Losses that come together. */
export function together(...names: readonly string[]): Loss[] {
    return names.map((name) => {
        const loss = lossTable.find((one) => one.name === name);
        if (loss === undefined) {
            throw new Error(`there is no loss "${name}"`);
        }
        return loss;
    });
}

import * as YAML from "yaml";

/** Ports of Clair, on its internal networks only. */
export const clairPorts = { http: 6060, introspection: 8089 } as const;

/** Where Clair's container finds its files. */
export const clairPaths = {
    config: "/config/config.yaml",
    caFolder: "/var/run/certs",
    ca: "/var/run/certs/portcullis.crt",
    /** Files that replace those that Clair would fetch from the internet at each index. */
    emptyMapping: "/config/empty-mapping.json",
    /** Shell lines that set the proxy of Clair's updaters, where there is one. */
    proxy: "/config/proxy.sh",
    companyCa: "/var/run/certs/company.crt",
    /** Clair's folder for all that is temporary, on the spool. */
    spool: "/var/tmp",
} as const;

/** `{"data":{}}`: a mapping of RHEL repositories and names that maps nothing. */
export const emptyMapping = `${JSON.stringify({ data: {} })}\n`;

/** Folders in which Clair and clairctl look for CAs: the image's own, and ours. */
export const certificateFolders = ["/etc/ssl/certs", "/etc/pki/tls/certs", clairPaths.caFolder].join(":");

/** One database for each part of Clair: Clair's libraries cannot share a database (claircore 1.5). */
export const databases = { indexer: "indexer", matcher: "matcher", notifier: "notifier" } as const;

/** PostgreSQL role of Clair; owner of its databases and of nothing else. */
export const databaseRole = "clair";

interface ClairConfigArgs {
    /** Name of PostgreSQL on the database network. */
    readonly databaseHost: string;
    readonly databasePassword: string;
    /** Pre-shared key, base64. */
    readonly preSharedKey: string;
    /** Whether Clair's own updaters fetch advisories from the internet. */
    readonly fetchAdvisories: boolean;
}

/** Renders Clair v4's configuration (combo mode). Unknown keys are refused by Clair since 4.7. */
export function renderClairConfig(args: ClairConfigArgs): string {
    const connection = (database: string) =>
        `host=${args.databaseHost} port=5432 dbname=${database} user=${databaseRole} password=${args.databasePassword} sslmode=disable`;
    const mapping = clairPaths.emptyMapping;
    const offlineScanner = {
        package: { rhel_containerscanner: { name2repos_mapping_file: mapping } },
        repo: { "rhel-repository-scanner": { repo2cpe_mapping_file: mapping } },
    };
    return YAML.stringify({
        http_listen_addr: `:${clairPorts.http}`,
        introspection_addr: `:${clairPorts.introspection}`,
        log_level: "info",
        indexer: {
            connstring: connection(databases.indexer),
            migrations: true,
            scanlock_retry: 10,
            layer_scan_concurrency: 2,
            index_report_request_concurrency: 2,
            ...(args.fetchAdvisories ? {} : { scanner: offlineScanner }),
        },
        matcher: {
            connstring: connection(databases.matcher),
            migrations: true,
            indexer_addr: `http://localhost:${clairPorts.http}`,
            disable_updaters: !args.fetchAdvisories,
            // The number of updates to keep: without one the database grew until disks were full (quay/clair 2170).
            update_retention: 2,
            max_conn_pool: 10,
        },
        // Without a database of its own the notifier loops, and fills the log.
        notifier: {
            connstring: connection(databases.notifier),
            migrations: true,
            indexer_addr: `http://localhost:${clairPorts.http}`,
            matcher_addr: `http://localhost:${clairPorts.http}`,
            poll_interval: "6h",
            delivery_interval: "6h",
        },
        auth: { psk: { key: args.preSharedKey, iss: ["clairctl"] } },
        metrics: { name: "prometheus" },
    });
}

/**
 * The container's entry point, before the arguments of `clair`. A container that starts again after Clair was killed, e.g. for
 * lack of memory, finds what that Clair left in the spool, and empties it first.
 */
export const clairEntryPoint: readonly string[] = [
    "/bin/sh",
    "-c",
    `rm -rf ${clairPaths.spool}/* ${clairPaths.spool}/.[!.]*; [ ! -e ${clairPaths.proxy} ] || . ${clairPaths.proxy}; exec clair "$@"`,
    "clair",
];

/** A shell line that succeeds when the address answers; the official image has curl, smaller ones have wget. */
export function readyCheck(url: string): string {
    return `curl -fs -o /dev/null ${url} || wget -q -O /dev/null ${url}`;
}

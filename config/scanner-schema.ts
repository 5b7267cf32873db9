import { z } from "zod";
import { key, path, refuse, taking } from "./key";

/** The settings of the updaters, which do not run where the advisories come from an archive. */
const ofUpdaters = ["proxy", "caFile"] as const;

function proxyProblem(text: string): string | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
        return "expected the URL of a proxy, e.g. http://proxy.example.org:3128";
    }
    return url.pathname.length > 1 || url.search !== "" || url.hash !== ""
        ? "expected the URL of a proxy alone, with nothing behind host and port"
        : undefined;
}

const proxy = z.string().superRefine((text, context) => {
    const problem = proxyProblem(text);
    if (problem !== undefined) {
        refuse(context, [], problem);
    }
});

/** PostgreSQL and Clair. */
export const scanner = z
    .strictObject({
        advisoryArchive: key(
            "File of advisories for hosts without internet (`bin/portcullis mirror build`, or `clairctl export-updaters`, gzip); without it Clair's own updaters fetch them.",
            path.optional(),
        ),
        advisoryKeyFile: key(
            "File of public keys (OpenSSH), one a line, of which one has to have signed `advisoryArchive`, with the signature beside it (`.sig`); without it any archive is taken.",
            path.optional(),
        ),
        expectedUpdaters: key(
            "Updaters whose data must be present before any verdict.",
            z.array(z.string().min(1)).min(1).default(["debian/updater"]),
        ),
        minimumAdvisories: key(
            "Advisories that must be loaded, at least, before any verdict.",
            z.int().min(1).default(1),
        ),
        maximumAgeDays: key(
            "Days since the source of an updater was last asked with success, or since the content of `advisoryArchive` was fetched; the import of old data makes it no newer, and stale data is no ground for a verdict.",
            z.int().min(1).default(14),
        ),
        reload: key("Any text; change it to import `advisoryArchive` again.", z.string().default("")),
        updateTimeoutMinutes: key(
            "Minutes that the first fetch of advisories may take.",
            z.int().min(1).max(240).default(30),
        ),
        databaseMemoryMegabytes: key("Memory limit of PostgreSQL, in MiB.", z.int().min(128).default(512)),
        clairMemoryMegabytes: key("Memory limit of Clair, in MiB.", z.int().min(128).default(768)),
        spoolGigabytes: key(
            "Size of Clair's spool, in GiB: the layers of the images that are being scanned lie there, unpacked. All of it is taken on the host's disk at once.",
            z.int().min(1).max(4096).default(20),
        ),
        proxy: key(
            "HTTP proxy by which Clair's own updaters reach their sources, and nobody else anything; with a login it is a secret (`config set --secret --path`).",
            taking("URL, e.g. `http://proxy.example.org:3128`", proxy.optional()),
        ),
        noProxy: key(
            "Host names, domains (`.example.org`), addresses or networks that the updaters reach without `proxy`; the private registry is always one.",
            z
                .array(
                    taking(
                        "host name, domain, address or network",
                        z
                            .string()
                            .regex(
                                /^[A-Za-z0-9.:*/_[\]-]+$/,
                                "expected a name, a domain, an address or a network",
                            ),
                    ),
                )
                .default([]),
        ),
        caFile: key(
            "File of the certificates (PEM) of more CAs that Clair's updaters trust, e.g. a company's whose proxy opens TLS.",
            path.optional(),
        ),
    })
    .superRefine((settings, context) => {
        if (settings.noProxy.length > 0 && settings.proxy === undefined) {
            refuse(context, ["noProxy"], "needs proxy to be set too");
        }
        for (const name of ofUpdaters) {
            if (settings[name] !== undefined && settings.advisoryArchive !== undefined) {
                refuse(
                    context,
                    [name],
                    "is for Clair's own updaters, which do not run where advisoryArchive is set; leave out one of the two",
                );
            }
        }
    });

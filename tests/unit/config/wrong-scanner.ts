/** Settings of the scanner that are wrong: what is, what is changed of the smallest settings, and the message. */
export const wrongScanner: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    [
        "a key without an archive that it could have signed",
        { scanner: { advisoryKeyFile: "advisories.pub" } },
        /portcullis:scanner\.advisoryKeyFile: found "advisories\.pub": needs advisoryArchive to be set too$/,
    ],
    ["a spool of nothing", { scanner: { spoolGigabytes: 0 } }, /portcullis:scanner\.spoolGigabytes: found 0/],
    [
        "a proxy that is no URL",
        { scanner: { proxy: "proxy:3128" } },
        /portcullis:scanner\.proxy: found a secret: expected the URL of a proxy, e\.g\./,
    ],
    [
        "a proxy with a path",
        { scanner: { proxy: "http://user:word@proxy:3128/pac" } },
        /portcullis:scanner\.proxy: found a secret: expected the URL of a proxy alone/,
    ],
    [
        "no proxy, but what goes without it",
        { scanner: { noProxy: ["a"] } },
        /portcullis:scanner\.noProxy: .* needs proxy to be set too$/,
    ],
    [
        "what goes without the proxy in one text",
        { scanner: { proxy: "http://proxy:3128", noProxy: ["a,b"] } },
        /portcullis:scanner\.noProxy\[0\]: found "a,b": expected a name/,
    ],
    [
        "CAs of updaters that do not run",
        { scanner: { caFile: "ca.pem", advisoryArchive: "a.json.gz" } },
        /portcullis:scanner\.caFile: found "ca\.pem": is for Clair's own updaters, which do not run/,
    ],
];

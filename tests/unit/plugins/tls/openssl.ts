/** OpenSSL as the judge of what the plugin makes. */
import { execFileSync, spawnSync } from "node:child_process";

/** Runs openssl; its standard output. */
export function openssl(args: string[], input = ""): string {
    return execFileSync("openssl", args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

/** Runs openssl; all its output, whether or not it succeeds. */
export function opensslVerdict(args: string[]): string {
    const { stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
    return `${stdout}${stderr}`;
}

/**
 * The structure of a PEM block, line by line: nesting, types and the values that do not differ from run to run.
 * Keys, signatures, serial numbers and times are left out; key identifiers are only said to be there.
 */
export function structure(pem: string): string[] {
    return openssl(["asn1parse", "-inform", "PEM"], pem)
        .trimEnd()
        .split("\n")
        .map((line) =>
            line
                .replace(/^\s*\d+:d=(\d+)\s+hl=\s*\d+\s+l=\s*\d+\s+(?:cons|prim):\s*/, "$1 ")
                .replace(/(INTEGER\s+):[0-9A-F]{16,}/, "$1:number")
                .replace(/(UTCTIME|GENERALIZEDTIME)\s+:.*/, "$1 :time")
                .replace(/\[HEX DUMP\]:(0414|3016801[46])?[0-9A-F]{32,}$/, "[HEX DUMP]:$1...")
                .trimEnd(),
        );
}

import assert from "node:assert/strict";
import { z } from "zod";
import type { AdvisoryFacts } from "../../outputs/advisories";
import { renderCanaries } from "../../scan/script-input";
import { canariesFor } from "../../scan/canary";
import { checkCanaries, doubtsOf } from "../../scan/canary/check";
import { heldReport, inDistribution, inRepository, type Held } from "../unit/scan/holds";
import type { Deployment } from "./deployment";

const digest = `sha256:${"ab".repeat(32)}`;

/** A distribution as Clair reports it. */
const distribution = (id: string, name: string, version: string, codename: string, pretty: string) => ({
    id,
    did: id,
    name,
    version: id === "alpine" ? version : `${version} (${codename})`,
    version_id: id === "alpine" ? "" : version,
    version_code_name: codename,
    pretty_name: pretty,
});

/** Reports on images of all kinds of which canaries are made. */
const reports = [
    distribution("debian", "Debian GNU/Linux", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)"),
    distribution("debian", "Debian GNU/Linux", "13", "trixie", "Debian GNU/Linux 13 (trixie)"),
    distribution("ubuntu", "Ubuntu", "22.04", "jammy", "Ubuntu 22.04"),
    distribution("alpine", "Alpine Linux", "3.11", "", "Alpine Linux v3.11"),
].map((one) => {
    const packages: Held[] = [
        {
            name: "base",
            source: { name: "base" },
            environments: inDistribution(one.id, "var/lib/dpkg/status"),
        },
        { name: "a/b", normalized_version: "semver:0.1.0.0.0.0.0.0.0.0", environments: inRepository("go") },
        { name: "b", normalized_version: "pep440:0.1.0.0.0.0.0.0.0.0", environments: inRepository("pypi") },
        { name: "c:d", environments: inRepository("maven") },
        { name: "e", environments: inRepository("rubygems") },
    ];
    return heldReport(digest, packages, { distributions: { [one.id]: one } });
});

/** The day on which none of these had ended. */
const today = "2021-06-01";

const scannedSchema = z.array(z.strictObject({ digest: z.string(), report: z.string() }));

/**
 * Has Clair scan canaries of all kinds on a host, by the script of the stack.
 * @returns what was expected, as `debian:13 …`, and the doubts that are left
 */
export async function scanAllCanaries({ host, stack, outputs }: Deployment, facts: AdvisoryFacts) {
    const canaries = canariesFor(reports, facts, today);
    const state = await stack.export();
    const [, line = ""] = /"create": ?"([^"]* scan-canaries\.sh [^"]*)"/.exec(state) ?? [];
    const create = z.string().parse(JSON.parse(`"${line}"`));
    const call = create.slice(create.indexOf("scan-canaries.sh "));
    const internal = call.split(" ")[5]?.replaceAll("\\", "") ?? "";
    const auth = Buffer.from(`${outputs.registryUsername}:${outputs.registryPassword}`).toString("base64");
    const config = JSON.stringify({ auths: { [internal]: { auth } } });
    const data = Buffer.from(renderCanaries(canaries, outputs.registryPassword, config)).toString("base64");
    const printed = host.read(
        `echo ${data} | base64 -d | PORTCULLIS_CALLER= PORTCULLIS_EVIDENCE=/dev/null sh /usr/local/lib/portcullis/${call}`,
    );
    const scanned = scannedSchema.parse(JSON.parse(printed));
    assert.equal(scanned.length, canaries.length);
    const expected = canaries.flatMap((canary) => canary.expected);
    return {
        expected: expected.map(({ what, updater }) => `${what} ${updater}`).sort(),
        doubts: doubtsOf(
            checkCanaries(
                scanned.map((one, at) => ({ ...one, expected: [...(canaries[at]?.expected ?? [])] })),
            ),
            [],
        ),
    };
}

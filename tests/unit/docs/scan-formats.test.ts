import assert from "node:assert/strict";
import { settingsSections } from "../../../cli/settings";
import { scanFormats } from "../../../scan/formats";
import { findingStandings } from "../../../scan/formats/standing";
import { fullRun } from "../scan/formats/sample";
import { cells } from "../../support/markdown";
import { read } from "../../support/pages";

const page = read("docs/scan-formats.md");

/** The rows of a table between marks, without its head. */
function rows(mark: string): string[][] {
    const table = new RegExp(`<!-- ${mark} -->([^]*)<!-- /${mark} -->`).exec(page)?.[1] ?? "";
    return cells(table).slice(1);
}

/** Words in code of a text. */
const codes = (text = ""): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe("docs/scan-formats.md", () => {
    it("has a row for each form", () => {
        assert.deepEqual(
            rows("formats").map(([, form]) => codes(form)[0]),
            scanFormats,
        );
    });

    it("names each standing of a finding that a run has", () => {
        for (const image of fullRun().images) {
            for (const { standing } of findingStandings(image.judgement)) {
                assert.match(page, new RegExp(`^\\| \`${standing}\` `, "m"));
            }
        }
    });

    // klar's README and klar.go: the names that it reads from the environment.
    it("has a row for each variable of klar", () => {
        assert.deepEqual(
            rows("klar").flatMap(([, variable]) => codes(variable)),
            [
                ...["CLAIR_ADDR", "CLAIR_OUTPUT", "CLAIR_THRESHOLD", "CLAIR_TIMEOUT", "DOCKER_TIMEOUT"],
                ...["DOCKER_USER", "DOCKER_PASSWORD", "DOCKER_TOKEN", "DOCKER_INSECURE"],
                ...["DOCKER_PLATFORM_OS", "DOCKER_PLATFORM_ARCH", "REGISTRY_INSECURE"],
                ...["JSON_OUTPUT", "FORMAT_OUTPUT", "WHITELIST_FILE", "IGNORE_UNFIXED", "KLAR_TRACE"],
            ],
        );
    });

    it("names settings that are there", () => {
        const keys = settingsSections().flatMap(({ rows: all }) => all.map(({ key }) => key));
        const named = codes(page).filter((code) => /^scan\.[A-Za-z]+$/.test(code));
        assert.ok(named.length > 8);
        assert.deepEqual(
            named.filter((name) => !keys.includes(name)),
            [],
        );
    });
});

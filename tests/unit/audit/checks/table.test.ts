import assert from "node:assert/strict";
import { settingsSections } from "../../../../cli/settings";
import { checks } from "../../../../audit/checks";
import { check } from "../../../../audit/checks/define";
import { inOrder } from "../../../../audit/checks/order";

describe("audit: the table of checks", () => {
    it("counts for the score what Docker Bench counts", () => {
        assert.equal(
            checks
                .filter(({ scored }) => !scored)
                .map(({ id }) => id)
                .join(" "),
            "1.2.1 1.2.2 2.1 2.8 2.17 4.2 4.3 4.4 4.7 4.8 4.9 4.10 4.11 4.12 5.18 5.19 5.23 5.24 5.28 5.30 " +
                "6.1 6.2 7.4 7.6 7.7 7.8 7.9",
        );
    });

    it("names the settings that mend a finding, each one that there is", () => {
        const keys = settingsSections().flatMap(({ rows }) => rows.map(({ key }) => `portcullis:${key}`));
        const named = checks.flatMap(({ setting }) => setting ?? []);
        assert.deepEqual(
            named.filter((setting) => !keys.some((key) => key === setting || key.startsWith(`${setting}.`))),
            [],
        );
        const mended = checks.filter(({ setting }) => setting === "portcullis:engine").map(({ id }) => id);
        assert.deepEqual(mended, ["2.2", "2.3", "2.9", "2.14", "2.15", "2.16", "3.17", "3.18", "5.26"]);
        assert.equal(named.length, 38);
    });

    it("takes no check of a section that there is not", () => {
        const [first = assert.fail()] = checks;
        assert.throws(() => check({ ...first, id: "8.1" }), /^Error: check 8\.1: there is no such section/);
    });

    it("puts a shorter id before those that begin with it", () => {
        assert.deepEqual(inOrder([{ id: "1.1.2" }, { id: "1.1" }]), [{ id: "1.1" }, { id: "1.1.2" }]);
    });
});

import assert from "node:assert/strict";
import { endOf } from "../../../scan/ends";

/** Releases and their last days: Debian (end of LTS) and Ubuntu as in distro-info-data, all others as their distributors say. */
const lastDays = [
    ["debian:7", "2018-05-31"],
    ["debian:8", "2020-06-30"],
    ["debian:9", "2022-06-30"],
    ["debian:10", "2024-06-30"],
    ["debian:11", "2026-08-31"],
    ["debian:12", "2028-06-30"],
    ["debian:13", "2030-06-30"],
    ["alpine:3.3", "2017-11-01"],
    ["alpine:3.4", "2018-05-01"],
    ["alpine:3.5", "2018-11-01"],
    ["alpine:3.6", "2019-05-01"],
    ["alpine:3.7", "2019-11-01"],
    ["alpine:3.8", "2020-05-01"],
    ["alpine:3.9", "2020-11-01"],
    ["alpine:3.10", "2021-05-01"],
    ["alpine:3.11", "2021-11-01"],
    ["alpine:3.12", "2022-05-01"],
    ["alpine:3.13", "2022-11-01"],
    ["alpine:3.14", "2023-05-01"],
    ["alpine:3.15", "2023-11-01"],
    ["alpine:3.16", "2024-05-23"],
    ["alpine:3.17", "2024-11-22"],
    ["alpine:3.18", "2025-05-09"],
    ["alpine:3.19", "2025-11-01"],
    ["alpine:3.20", "2026-04-01"],
    ["alpine:3.21", "2026-11-01"],
    ["alpine:3.22", "2027-05-01"],
    ["alpine:3.23", "2027-11-01"],
    ["ubuntu:12.04", "2017-04-28"],
    ["ubuntu:12.10", "2014-05-16"],
    ["ubuntu:13.04", "2014-01-27"],
    ["ubuntu:13.10", "2014-07-17"],
    ["ubuntu:14.04", "2019-04-25"],
    ["ubuntu:14.10", "2015-07-23"],
    ["ubuntu:15.04", "2016-02-04"],
    ["ubuntu:15.10", "2016-07-28"],
    ["ubuntu:16.04", "2021-04-30"],
    ["ubuntu:16.10", "2017-07-20"],
    ["ubuntu:17.04", "2018-01-13"],
    ["ubuntu:17.10", "2018-07-19"],
    ["ubuntu:18.04", "2023-05-31"],
    ["ubuntu:18.10", "2019-07-18"],
    ["ubuntu:19.04", "2020-01-23"],
    ["ubuntu:19.10", "2020-07-17"],
    ["ubuntu:20.04", "2025-05-29"],
    ["ubuntu:20.10", "2021-07-22"],
    ["ubuntu:21.04", "2022-01-20"],
    ["ubuntu:21.10", "2022-07-14"],
    ["ubuntu:22.04", "2027-06-01"],
    ["ubuntu:22.10", "2023-07-20"],
    ["ubuntu:23.04", "2024-01-25"],
    ["ubuntu:23.10", "2024-07-11"],
    ["ubuntu:24.04", "2029-05-31"],
    ["ubuntu:24.10", "2025-07-10"],
    ["ubuntu:25.04", "2026-01-15"],
    ["ubuntu:25.10", "2026-07-09"],
    ["ubuntu:26.04", "2031-05-29"],
    ["ubuntu:26.10", "2027-07-15"],
    ["rhel:6", "2020-11-30"],
    ["rhel:7", "2024-06-30"],
    ["amzn:2018.03", "2023-12-31"],
    ["amzn:2", "2026-06-30"],
    ["ol:5", "2017-06-30"],
    ["ol:6", "2021-03-31"],
    ["ol:7", "2024-12-31"],
    ["sles:11", "2019-03-31"],
    ["sles:12", "2024-10-31"],
] as const;

/** The day after a day. */
function next(day: string): string {
    return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

describe("the last day of a release", () => {
    for (const [release, day] of lastDays) {
        it(`of ${release} is ${day}`, () => {
            assert.equal(endOf(release, day), undefined);
            assert.equal(endOf(release, next(day)), day);
        });
    }

    it("is none of a release that nobody has named", () => {
        for (const release of ["debian:sid", "debian:99", "alpine:edge", "elsewhere:1", ""]) {
            assert.equal(endOf(release, "9999-12-31"), undefined);
        }
    });
});

/**
 * The last day on which a release's distributor writes advisories for all of it, by `ID:VERSION`.
 *
 * Missing advisories do not tell that a release has ended. Debian's tracker drops an ended release some time later, and an
 * archive of advisories that is older still has it; Alpine and Oracle serve the advisories of ended releases for ever, and
 * nobody adds to them. An image of such a release looks the cleaner the older it is. A release that is not in the table
 * counts as one that goes on: for a release that nobody writes for there are no advisories either, once its data is gone.
 *
 * Sources: Debian's package distro-info-data (of Debian the end of LTS, of Ubuntu that of standard security maintenance, without
 * Ubuntu Pro); alpinelinux.org/releases; access.redhat.com/support/policy/updates/errata (maintenance); aws.amazon.com/amazon-linux-2/faqs;
 * oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf (premier support); suse.com/lifecycle (general support).
 */
const ends: Readonly<Record<string, string>> = {
    "debian:7": "2018-05-31",
    "debian:8": "2020-06-30",
    "debian:9": "2022-06-30",
    "debian:10": "2024-06-30",
    "debian:11": "2026-08-31",
    "debian:12": "2028-06-30",
    "debian:13": "2030-06-30",
    "alpine:3.3": "2017-11-01",
    "alpine:3.4": "2018-05-01",
    "alpine:3.5": "2018-11-01",
    "alpine:3.6": "2019-05-01",
    "alpine:3.7": "2019-11-01",
    "alpine:3.8": "2020-05-01",
    "alpine:3.9": "2020-11-01",
    "alpine:3.10": "2021-05-01",
    "alpine:3.11": "2021-11-01",
    "alpine:3.12": "2022-05-01",
    "alpine:3.13": "2022-11-01",
    "alpine:3.14": "2023-05-01",
    "alpine:3.15": "2023-11-01",
    "alpine:3.16": "2024-05-23",
    "alpine:3.17": "2024-11-22",
    "alpine:3.18": "2025-05-09",
    "alpine:3.19": "2025-11-01",
    "alpine:3.20": "2026-04-01",
    "alpine:3.21": "2026-11-01",
    "alpine:3.22": "2027-05-01",
    "alpine:3.23": "2027-11-01",
    "ubuntu:12.04": "2017-04-28",
    "ubuntu:12.10": "2014-05-16",
    "ubuntu:13.04": "2014-01-27",
    "ubuntu:13.10": "2014-07-17",
    "ubuntu:14.04": "2019-04-25",
    "ubuntu:14.10": "2015-07-23",
    "ubuntu:15.04": "2016-02-04",
    "ubuntu:15.10": "2016-07-28",
    "ubuntu:16.04": "2021-04-30",
    "ubuntu:16.10": "2017-07-20",
    "ubuntu:17.04": "2018-01-13",
    "ubuntu:17.10": "2018-07-19",
    "ubuntu:18.04": "2023-05-31",
    "ubuntu:18.10": "2019-07-18",
    "ubuntu:19.04": "2020-01-23",
    "ubuntu:19.10": "2020-07-17",
    "ubuntu:20.04": "2025-05-29",
    "ubuntu:20.10": "2021-07-22",
    "ubuntu:21.04": "2022-01-20",
    "ubuntu:21.10": "2022-07-14",
    "ubuntu:22.04": "2027-06-01",
    "ubuntu:22.10": "2023-07-20",
    "ubuntu:23.04": "2024-01-25",
    "ubuntu:23.10": "2024-07-11",
    "ubuntu:24.04": "2029-05-31",
    "ubuntu:24.10": "2025-07-10",
    "ubuntu:25.04": "2026-01-15",
    "ubuntu:25.10": "2026-07-09",
    "ubuntu:26.04": "2031-05-29",
    "ubuntu:26.10": "2027-07-15",
    "rhel:6": "2020-11-30",
    "rhel:7": "2024-06-30",
    "amzn:2018.03": "2023-12-31",
    "amzn:2": "2026-06-30",
    "ol:5": "2017-06-30",
    "ol:6": "2021-03-31",
    "ol:7": "2024-12-31",
    "sles:11": "2019-03-31",
    "sles:12": "2024-10-31",
};

/**
 * The day on which a release ended; undefined where it goes on.
 *
 * @param release `ID:VERSION`
 * @param today in UTC, `2027-03-31`; a release is not ended on its last day
 */
export function endOf(release: string, today: string): string | undefined {
    const end = ends[release];
    return end !== undefined && end < today ? end : undefined;
}

/**
 * The last day before today on which a release ended, or something else ran out: what was judged on a later day than that
 * is judged the same today.
 *
 * @param others other last days
 * @returns "" where nothing has run out
 */
export function lastLapse(others: readonly string[], today: string): string {
    return (
        [...Object.values(ends), ...others]
            .filter((day) => day < today)
            .sort()
            .at(-1) ?? ""
    );
}

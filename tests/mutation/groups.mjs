/**
 * What is mutated, and the unit tests that have to notice: a mutant of a constant runs all tests of its group, so a
 * group names those that are about its files, not all that load them.
 */
export const groups = {
    gate: {
        mutate: ["scan/*.ts", "cli/gate.ts"],
        // Not the properties: they take a second each, and notice nothing that the tables do not.
        spec: [
            ...[
                "accept",
                "alarms",
                "coverage",
                "ends",
                "gate",
                "gate-lists",
                "gate-unjudged",
                "grace",
                "list-files",
                "lists",
                "matchers",
                "policy",
                "report",
                "vex",
                "vex-match",
                "vex-statements",
            ].map((name) => `tests/unit/scan/${name}.test.ts`),
            "tests/unit/cli/gate.test.ts",
        ],
    },
    exceptions: {
        mutate: ["audit/exceptions.ts", "audit/expected-warnings.ts", "audit/verdict.ts", "audit/score.ts"],
        spec: [
            "tests/unit/audit/exceptions.test.ts",
            "tests/unit/audit/gate.test.ts",
            "tests/unit/audit/gate-alone.test.ts",
            "tests/unit/audit/report-allowed.test.ts",
            "tests/unit/audit/score.test.ts",
        ],
    },
    archives: {
        mutate: ["config/archives.ts"],
        spec: ["tests/unit/config/archives.test.ts"],
    },
    schema: {
        mutate: [
            "config/schema.ts",
            "config/engine-schema.ts",
            "config/authorization-schema.ts",
            "config/image-names.ts",
            "config/daemon-keys.ts",
            "config/key.ts",
            "config/scan-files.ts",
            "config/scan-schema.ts",
            "config/parse.ts",
            "config/raw.ts",
        ],
        // The page of the settings holds the texts of the schema.
        spec: ["tests/unit/config/*.test.ts", "tests/unit/docs/settings.test.ts"],
    },
    checks: {
        mutate: ["audit/checks/*.ts"],
        spec: ["tests/unit/audit/checks.test.ts", "tests/unit/audit/checks/*.test.ts"],
    },
    drift: {
        mutate: ["audit/drift/**/*.ts"],
        spec: ["told", "compare", "read"].map((name) => `tests/unit/audit/drift/${name}.test.ts`),
    },
};

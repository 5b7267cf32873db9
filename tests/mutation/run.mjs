// Changes the code in small ways, one at a time, and sees whether a unit test fails: in each group of groups.mjs at
// least 95 of 100 changes have to be noticed.
// Usage: run.mjs [GROUP]     (default: all groups)
import { createRequire } from "node:module";
import process from "node:process";
import { Stryker } from "@stryker-mutator/core";
import { groups } from "./groups.mjs";

const mochaPaths = `${import.meta.dirname}/mocha-paths.cjs`;
createRequire(import.meta.url)(mochaPaths);

/** Per cent of the mutants of a group that a test has to notice. */
const least = 95;

/** Mutates the files of a group, and prints the mutants that no test noticed; the exit code is 1 where they are many. */
async function run({ mutate, spec }) {
    await new Stryker({
        mutate,
        testRunner: "mocha",
        mochaOptions: { config: ".mocharc.json", spec },
        // Both processes that Stryker starts load the runner; the first one checks nothing here.
        checkerNodeArgs: ["--require", mochaPaths],
        testRunnerNodeArgs: ["--require", mochaPaths],
        plugins: ["@stryker-mutator/mocha-runner", `${import.meta.dirname}/settings-texts.mjs`],
        ignorers: ["settings-texts"],
        coverageAnalysis: "perTest",
        // The copy of the checkout that has the mutants: one for each run, so that two groups can run at a time.
        tempDirName: `.portcullis/mutation/${process.pid}`,
        ignorePatterns: [".portcullis", "reports"],
        disableTypeChecks: false,
        // A mutant that runs longer counts as noticed: on a busy machine that must not come about by itself.
        timeoutMS: 30_000,
        reporters: ["clear-text"],
        clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
        thresholds: { high: 100, low: least, break: least },
        logLevel: "warn",
        allowConsoleColors: false,
        warnings: { slow: false },
    }).runMutationTest();
}

const [, , wanted] = process.argv;
if (wanted !== undefined && !Object.hasOwn(groups, wanted)) {
    process.stderr.write(
        `no group ${wanted} (tests/mutation/groups.mjs): ${Object.keys(groups).join(", ")}\n`,
    );
    process.exit(2);
}
for (const name of wanted === undefined ? Object.keys(groups) : [wanted]) {
    process.stdout.write(`mutation: ${name}\n`);
    await run(groups[name]);
}

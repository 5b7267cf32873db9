import assert from "node:assert/strict";
import fc from "fast-check";
import { optionVariables, parseOptions } from "../../../toolchain/language-host/options";
import { onFirstLine } from "../../../toolchain/language-host/plugin";

/** As a person quotes a word for the shell. */
const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

describe("language host: runtime options", () => {
    it("has the official defaults", () => {
        const options = parseOptions(undefined);
        assert.deepEqual(options, {
            typescript: true,
            packagemanager: "auto",
            production: false,
            nodeArguments: [],
        });
        assert.deepEqual(optionVariables(options), { PULUMI_NODEJS_TYPESCRIPT: "true" });
    });

    it("turns options into the SDK's variables", () => {
        assert.deepEqual(optionVariables(parseOptions({ typescript: false, tsconfig: "a/b.json" })), {
            PULUMI_NODEJS_TSCONFIG_PATH: "a/b.json",
        });
    });

    it("splits nodeargs as a shell does, whatever the words are", () => {
        fc.assert(
            fc.property(fc.array(fc.string({ unit: "grapheme-ascii" })), (words) => {
                assert.deepEqual(parseOptions({ nodeargs: words.map(quote).join(" ") }).nodeArguments, words);
            }),
        );
    });

    it("leaves a variable's name as it stands, for no shell is there to know it", () => {
        assert.deepEqual(parseOptions({ nodeargs: "--title=$HOME" }).nodeArguments, ["--title=$HOME"]);
    });

    const wrong: [unknown, RegExp][] = [
        [{ typescript: "yes" }, /typescript: .*expected boolean, received string/],
        [{ nodeargs: 5 }, /nodeargs: .*expected string, received number/],
        [{ packagemanager: "pip" }, /packagemanager: .*"npm"/],
        [{ production: 1 }, /production: .*expected boolean/],
        [{ nodeargs: "--a | --b" }, /nodeargs: "--a \| --b" holds a shell operator/],
    ];
    for (const [options, message] of wrong) {
        it(`refuses ${JSON.stringify(options)}`, () => {
            assert.throws(() => parseOptions(options), message);
        });
    }
});

describe("language host: the first line of a policy pack", () => {
    it("is taken out, and the rest handed on, however the output is cut into pieces", () => {
        fc.assert(
            fc.property(
                fc.stringMatching(/^[^\n]*$/),
                fc.string(),
                fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
                (line, rest, sizes) => {
                    const lines: string[] = [];
                    const others: Buffer[] = [];
                    const feed = onFirstLine(
                        (chunk) => others.push(chunk),
                        (taken) => lines.push(taken),
                    );
                    let output = Buffer.from(`${line}\n${rest}`);
                    for (const size of sizes) {
                        if (output.length === 0) {
                            break;
                        }
                        feed(output.subarray(0, size));
                        output = output.subarray(size);
                    }
                    assert.deepEqual(lines, [Buffer.from(line).toString()]);
                    assert.deepEqual(Buffer.concat(others), Buffer.from(rest));
                },
            ),
        );
    });
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { bootHost, configureEngine, installPlugin, loadRedis, pluginFile, putFolder } from "./hardening";
import { root, TestHost } from "./stack";

const folder = path.join(root, "tests/support/everyday");

/** The output and the end of a case. */
interface Run {
    readonly code: string;
    readonly output: string;
    readonly errors: string;
}

/** The rules that may refuse a case, by the case's name; a case without rules has to run as without the plugin. */
function refusals(): ReadonlyMap<string, string> {
    const rules = new Map<string, string>();
    for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".case"))) {
        const rule = /^# refused: (.*)$/m.exec(fs.readFileSync(path.join(folder, file), "utf8"))?.[1];
        if (rule !== undefined) {
            rules.set(path.basename(file, ".case"), rule);
        }
    }
    return rules;
}

/** Everyday work runs the same with the authorization plugin as without, or is refused with what to do. */
export function everydaySuite(
    form: "all" | "short",
    { name, subnet, least }: { name: string; subnet: string; least: number },
): void {
    describe(`everyday work with the authorization plugin (${form})`, () => {
        const host = new TestHost(name, "trixie", subnet);
        let without: ReadonlyMap<string, Run>;

        const runAll = (): Map<string, Run> => {
            const text = (encoded = "") => Buffer.from(encoded, "base64").toString();
            const lines = host.read(`sh /root/everyday/run.sh /root/everyday ${form}`).split("\n");
            return new Map(
                lines.map((line) => {
                    const [name = "", code = "", output, errors] = line.split("\t");
                    return [name, { code, output: text(output), errors: text(errors) }];
                }),
            );
        };

        before(async () => {
            await bootHost(host);
            host.read("apt-get -qq update && apt-get -qq -y install --no-install-recommends docker-compose");
            configureEngine(host);
            loadRedis(host);
            putFolder(host, "tests/support/everyday", "/root/everyday");
        });

        after(() => {
            host.down();
        });

        it("is done without it", () => {
            without = runAll();
            assert.ok(without.size >= least, `${without.size} cases`);
            const failed = [...without].filter(([, { code }]) => code !== "0");
            assert.deepEqual(failed, []);
        });

        it("is done the same with it, or refused with what to do", () => {
            installPlugin(host);
            configureEngine(host, { authorizationPlugin: pluginFile });
            const rules = refusals();
            const wrong = [...runAll()].filter(([name, run]) => {
                const rule = rules.get(name);
                if (rule === undefined) {
                    return run.code !== "0" || run.output !== without.get(name)?.output;
                }
                // The message has the rule, the finding, and then the danger and what to do instead.
                const said = new RegExp(`portcullis-authorization: rule (${rule}): [^:]+.*: .{20,}`);
                return run.code === "0" || !said.test(run.errors);
            });
            assert.deepEqual(wrong, []);
        });
    });
}

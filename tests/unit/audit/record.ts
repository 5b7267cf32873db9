/**
 * Records a host for the tests: what its engine and the script on it answer, and what the real Docker Bench says.
 * Usage: toolchain/tsx tests/unit/audit/record.ts NAME ADDRESS KEY-FOLDER DOCKER-BENCH-SCRIPT|RESULT.json
 * Not a test. The host is a disposable one: nothing in a recording may be secret.
 */
import * as fs from "node:fs";
import * as http from "node:http";
import { text } from "node:stream/consumers";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { run } from "../../../transport/run";
import { parseDockerBench, runDockerBench, type DockerBenchReport } from "../../../audit/docker-bench/run";
import { commandOn, dialCommand, type Target, targetOfConnection } from "../../../transport/target";
import { SshAgent } from "../../../transport/dial-stdio";
import { type Recording, recordingFile } from "./recording";

const root = path.join(__dirname, "../../..");
const never = new AbortController().signal;

/** Docker Bench's JSON without its own words, which are not ours to keep. */
function packBench(report: DockerBenchReport): Recording["dockerBench"] {
    const { version, start, end, score, checks, results } = report;
    const tests = [...new Set(results.map(({ id }) => id.split(".")[0] ?? ""))].map((section) => ({
        id: section,
        desc: "",
        results: results
            .filter(({ id }) => id.startsWith(`${section}.`))
            .map((result) => ({ desc: "", ...result })),
    }));
    return { dockerbenchsecurity: version, start, tests, checks, score, end };
}

async function record(name: string, address: string, keys: string, bench: string): Promise<void> {
    const target = targetOfConnection({
        user: "root",
        address,
        port: 22,
        privateKeyFile: path.join(keys, "id_ed25519"),
        hostKey: fs.readFileSync(path.join(keys, "host_key.pub"), "utf8").trim(),
    });
    const script = fs.readFileSync(path.join(root, "audit/scripts/host-facts.sh"), "utf8");
    const recording: Recording = {
        script: await run(commandOn(target, "sh -s"), { what: "the script", input: script, signal: never }),
        answers: await answersOf(target),
        dockerBench: packBench(
            bench.endsWith(".json")
                ? parseDockerBench(fs.readFileSync(bench, "utf8"), bench)
                : await runDockerBench(target, { script: bench }),
        ),
    };
    fs.writeFileSync(recordingFile(name), zlib.gzipSync(JSON.stringify(recording), { level: 9 }));
}

async function answersOf(target: Target): Promise<Recording["answers"]> {
    if (target.kind !== "ssh") {
        throw new Error("record: the host has to be reached over SSH; give its address");
    }
    const agent = new SshAgent(dialCommand(target));
    const answers: Record<string, unknown> = {};
    const ask = async (path: string): Promise<unknown> => {
        const answer: unknown = await new Promise((resolve, reject) => {
            http.get({ host: "docker.example.com", path, agent }, (response) => {
                text(response).then((body) => {
                    resolve(JSON.parse(body));
                }, reject);
            }).on("error", reject);
        });
        answers[path.replace(/\?.*/, "")] = answer;
        return answer;
    };
    const ids = z.array(z.object({ Id: z.string() }));
    try {
        const info = z
            .object({ Swarm: z.object({ ControlAvailable: z.boolean() }) })
            .parse(await ask("/info"));
        await ask("/version");
        for (const { Id } of ids.parse(await ask("/containers/json?all=true"))) {
            await ask(`/containers/${Id}/json`);
        }
        for (const { Id } of ids.parse(await ask("/images/json"))) {
            await ask(`/images/${Id}/json`);
            await ask(`/images/${Id}/history`);
        }
        await ask("/networks");
        await ask("/volumes");
        if (info.Swarm.ControlAvailable) {
            await ask("/nodes");
            await ask("/secrets");
            const swarm = z.looseObject({ JoinTokens: z.unknown() }).parse(await ask("/swarm"));
            answers["/swarm"] = { ...swarm, JoinTokens: {} };
        }
    } finally {
        agent.destroy();
    }
    return answers;
}

const [name = "", address = "", keys = "", bench = ""] = process.argv.slice(2);
record(name, address, keys, bench).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { bootHost, configureEngine, installPlugin, loadRedis, pluginFile, putFolder } from "./hardening";
import { root, type TestHost } from "./stack";

const folder = path.join(root, "tests/support/red-team");

/** The goals of the attacks; the files `red-team/GOAL.attacks` have the attacks. */
export const goals = ["read", "write", "device", "run", "reach"] as const;

export type Goal = (typeof goals)[number];

/** The outcome of the attacks. */
export interface Outcome {
    readonly reached: readonly string[];
    readonly held: readonly string[];
}

/** All attacks on one engine. */
export class RedTeam {
    constructor(private readonly host: TestHost) {}

    /** Boots the host, and puts all parts of the attacks on it; the host's engine is as Debian has it. */
    async prepare(): Promise<void> {
        await bootHost(this.host);
        loadRedis(this.host);
        putFolder(this.host, "tests/support/red-team", "/root/red-team");
        this.host.read("sh /root/red-team/listeners.sh");
    }

    /** Hardens the engine as `up` does. */
    harden(): void {
        this.host.read(
            "docker rm -fv $(docker ps -aq) >/dev/null 2>&1; docker rmi -f $(docker images -q); true",
        );
        installPlugin(this.host);
        configureEngine(this.host, { authorizationPlugin: pluginFile });
        loadRedis(this.host);
    }

    /** Makes all attacks with one goal, or those of the short form. */
    attack(goal: Goal, form: "all" | "short"): Outcome {
        const lines = this.host
            .read(`sh /root/red-team/attack.sh /root/red-team ${goal} ${form}`)
            .split("\n");
        const named = (verdict: string) =>
            lines.flatMap((line) =>
                line.startsWith(`${verdict}\t`) ? [line.slice(verdict.length + 1)] : [],
            );
        const outcome = { reached: named("reached"), held: named("held") };
        assert.equal(outcome.reached.length + outcome.held.length, lines.length, lines.join("\n"));
        return outcome;
    }

    /** The last words of each attack, for an attack that ends as it should not. */
    log(goal: Goal): string {
        return this.host.read(`cat /root/attacks/${goal}.log`);
    }
}

/** The number of attacks for a release: those that need a privileged container are left out on Debian 12. */
export function attackCount(form: "all" | "short", release: "trixie" | "bookworm"): number {
    const names = goals.flatMap((goal) =>
        fs
            .readFileSync(path.join(folder, `${goal}.attacks`), "utf8")
            .split("\n")
            .filter((line) => line.startsWith("#: ")),
    );
    return names.filter(
        (name) =>
            (form === "all" || name.endsWith(" (short)")) &&
            (release === "trixie" || !name.includes(" (26.1)")),
    ).length;
}

import assert from "node:assert/strict";
import type { TestHost } from "../stack";

/** The units that a step may restart: the engine, and the engine's authorization plugin. */
const engineUnits = new Set([
    "docker.service",
    "docker.socket",
    "portcullis-authorization.service",
    "portcullis-authorization.socket",
]);

/** The things that have to outlive an interrupt: each running unit with its start, and the containers of others. */
export interface HostState {
    /** Unit → the time when the unit became active, in microseconds since boot. */
    readonly units: ReadonlyMap<string, string>;
    /** Container → the time when the container was started. */
    readonly containers: ReadonlyMap<string, string>;
}

/** Looks at the host, over SSH. @param foreign names of containers that are not the stack's */
export function hostState(host: TestHost, foreign: readonly string[]): HostState {
    // Sessions come and go with the connections of the tests themselves.
    const units =
        host.read(`systemctl list-units --type=service,socket --state=running,listening --plain --no-legend |
        awk '{ print $1 }' | grep -v '^user' |
        while read -r unit; do echo "$unit $(systemctl show -P ActiveEnterTimestampMonotonic "$unit")"; done`);
    const containers =
        foreign.length === 0
            ? ""
            : host.read(`docker inspect -f '{{.Name}} {{.State.StartedAt}}' ${foreign.join(" ")}`);
    return { units: pairs(units), containers: pairs(containers) };
}

function pairs(text: string): Map<string, string> {
    return new Map(
        text
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => {
                const [name = "", value = ""] = line.split(" ");
                return [name, value];
            }),
    );
}

/**
 * Each unit that ran runs, and none was restarted but the engine where a restart is meant; others' containers run on.
 * @param mayRestartEngine whether the interrupted command has a step that restarts the engine
 */
export function assertUnharmed(before: HostState, after: HostState, mayRestartEngine: boolean): void {
    assert.ok(before.units.has("ssh.service"), "the question for the units found no sshd");
    for (const [unit, start] of before.units) {
        const isEngine = mayRestartEngine && engineUnits.has(unit);
        if (isEngine && unit.startsWith("portcullis-")) {
            continue; // destroy takes the plugin away
        }
        const now = after.units.get(unit);
        assert.ok(now !== undefined, `${unit} ran before the interrupt, and does not run now`);
        assert.ok(isEngine || now === start, `${unit} was restarted`);
    }
    assert.deepEqual(after.containers, before.containers);
}

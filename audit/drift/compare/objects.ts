/** Networks and volumes. */
import { quote } from "shell-quote";
import type { Declaration, Declared } from "../../../declaration";
import { itemsOf } from "../../../declaration";
import { differences, type About, type DriftFinding } from "../finding";
import type { LiveHost } from "../live";
import { putBack } from "../remedy";

function aboutObject({ kind, name, resource }: Declared<"network" | "volume">, stack: string): About {
    return { subject: `${kind} ${name}`, resource, remedy: putBack(stack) };
}

/** What differs in a network cannot be changed: it is another network, beside which the engine makes none of the same name. */
function otherNetwork(name: string, stack: string): string {
    const network = quote([name]);
    return (
        "look at it, for it is another network than the stack's, and remove it on the host: " +
        `docker ps --all --quiet --filter network=${network} | xargs -rn 1 docker network disconnect --force ${network} && docker network rm ${network}; then ${putBack(stack)}`
    );
}

export function compareNetwork(
    item: Declared<"network">,
    { engine }: LiveHost,
    { stack }: Declaration,
): DriftFinding[] {
    const about = aboutObject(item, stack);
    const live = engine.networks.filter(({ name }) => name === item.name);
    const { driver, internal } = item;
    // The engine allows several networks of one name.
    return live.length === 0
        ? [{ ...about, problem: "missing", key: "" }]
        : live.flatMap((network) =>
              differences(
                  { ...about, remedy: otherNetwork(item.name, stack) },
                  { driver, internal },
                  { driver: network.driver, internal: network.internal },
              ),
          );
}

/** A volume is never replaced, as somebody's data may be in it. */
function otherVolume(name: string, stack: string): string {
    const volume = quote([name]);
    return (
        "save what you need of it, for it is another volume than the stack's, and remove it on the host: " +
        `docker ps --all --quiet --filter volume=${volume} | xargs -r docker rm --force && docker volume rm ${volume}; then ${putBack(stack)}`
    );
}

export function compareVolume(
    item: Declared<"volume">,
    { engine }: LiveHost,
    { stack }: Declaration,
): DriftFinding[] {
    const about = aboutObject(item, stack);
    const live = engine.volumes.find(({ name }) => name === item.name);
    return live === undefined
        ? [{ ...about, problem: "missing", key: "" }]
        : differences(
              { ...about, remedy: otherVolume(item.name, stack) },
              { driver: item.driver, options: item.options },
              { driver: live.driver, options: live.options },
          );
}

/** Networks and volumes with the stack's prefix that the stack did not declare. */
export function unexpectedObjects(declaration: Declaration, { engine }: LiveHost): DriftFinding[] {
    return (["network", "volume"] as const).flatMap((kind) => {
        const declared = new Set(itemsOf(declaration, kind).map(({ name }) => name));
        return engine[`${kind}s`]
            .filter(({ name }) => name.startsWith(`${declaration.prefix}-`) && !declared.has(name))
            .map(({ name }): DriftFinding => ({
                problem: "unexpected",
                subject: `${kind} ${name}`,
                key: "",
                remedy: `look at it, and if nobody needs it remove it on the host: docker ${kind} rm ${quote([name])}`,
            }));
    });
}

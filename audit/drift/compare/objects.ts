/** Networks and volumes. */
import type { Declaration, Declared } from "../../../declaration";
import { itemsOf } from "../../../declaration";
import { differences, type About, type DriftFinding } from "../finding";
import type { LiveHost } from "../live";
import { refreshCommand } from "../remedy";

function aboutObject({ kind, name, resource }: Declared<"network" | "volume">, stack: string): About {
    return { subject: `${kind} ${name}`, resource, remedy: `put it back: ${refreshCommand(stack)}` };
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
                  about,
                  { driver, internal },
                  { driver: network.driver, internal: network.internal },
              ),
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
              about,
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
                remedy: `look at it; remove it (docker ${kind} rm), or give it another name`,
            }));
    });
}

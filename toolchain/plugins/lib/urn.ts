/** Resource names: `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`, where NAME may hold anything. */

/** The parts of a URN that a provider needs. */
export interface UrnParts {
    type: string;
    name: string;
}

/**
 * Takes a URN apart.
 * @throws Error when the text is no URN.
 */
export function parseUrn(urn: string): UrnParts {
    const [prefix, project, types, ...name] = urn.split("::");
    const type = types?.split("$").at(-1);
    if (prefix?.startsWith("urn:pulumi:") !== true || project === undefined || !type || name.length === 0) {
        throw new Error(
            `"${urn}" is no resource name: expected urn:pulumi:STACK::PROJECT::TYPE::NAME from the engine`,
        );
    }
    return { type, name: name.join("::") };
}

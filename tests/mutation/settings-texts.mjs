/**
 * A plugin of Stryker that leaves out the texts of docs/settings.md: the first argument of `key(…)` and `taking(…)`, and
 * what `.meta({ description, takes })` is given. They decide nothing, and the whole page is compared with them
 * (tests/unit/docs/settings.test.ts). Messages for users are no such texts.
 */
const reason = "a text of docs/settings.md, which is compared with the whole page";

/** Whether a call is `key(…)` or `taking(…)`. */
const isDocumenting = ({ callee }) => callee.type === "Identifier" && ["key", "taking"].includes(callee.name);

/** Whether a call is `….meta(…)`. */
const isMeta = ({ callee }) =>
    callee.type === "MemberExpression" &&
    callee.property.type === "Identifier" &&
    callee.property.name === "meta";

export const strykerPlugins = [
    {
        kind: "Ignore",
        name: "settings-texts",
        value: {
            /** The reason why a node, with all below, is not mutated; undefined: it is. */
            shouldIgnore({ node, parent }) {
                if (parent?.type !== "CallExpression" || parent.arguments[0] !== node) {
                    return undefined;
                }
                return isDocumenting(parent) || isMeta(parent) ? reason : undefined;
            },
        },
    },
];

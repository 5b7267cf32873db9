/** Files and folders: owner, mode, and content. */
import type { Declaration, Declared } from "../../../declaration";
import { itemsOf } from "../../../declaration";
import { differences, type DriftFinding } from "../finding";
import type { LiveHost } from "../live";
import { moveAway, putBack, removeEntry } from "../remedy";

/** The value that stands for a file that is too long to be read. */
export const tooLong = "a file of more than 64 KiB";

export function compareFile(item: Declared<"file">, host: LiveHost, { stack }: Declaration): DriftFinding[] {
    const about = {
        subject: item.path,
        resource: item.resource,
        remedy: putBack(stack),
    };
    const live = host.files.paths.get(item.path);
    if (live === undefined) {
        return [{ ...about, problem: "missing", key: "" }];
    }
    const { uid, gid, mode, sha256 } = item;
    if (live.type !== "file") {
        return differences(
            { ...about, remedy: moveAway(item.path, stack) },
            { type: "file" },
            { type: live.type },
        );
    }
    return differences(
        about,
        { uid, gid, mode, ...(sha256 === undefined ? {} : { sha256 }) },
        {
            uid: live.uid,
            gid: live.gid,
            mode: live.mode,
            ...(sha256 === undefined ? {} : { sha256: live.sha256 ?? "of more than 64 MiB" }),
        },
    );
}

export function compareFolder(
    item: Declared<"folder">,
    host: LiveHost,
    declaration: Declaration,
): DriftFinding[] {
    const { path, resource } = item;
    const about = {
        subject: path,
        resource,
        remedy: putBack(declaration.stack),
    };
    const live = host.files.paths.get(path);
    if (live === undefined) {
        return [{ ...about, problem: "missing", key: "" }];
    }
    if (live.type !== "directory") {
        return differences(
            { ...about, remedy: moveAway(path, declaration.stack) },
            { type: "directory" },
            { type: live.type },
        );
    }
    const declared = new Set(itemsOf(declaration, "file").map((file) => file.path));
    const unexpected = host.files.entries
        .filter((entry) => entry.startsWith(`${path}/`) && !declared.has(entry))
        .map((entry): DriftFinding => ({
            problem: "unexpected",
            subject: entry,
            resource,
            key: "",
            remedy: removeEntry(entry, `${path} is the stack's own`),
        }));
    // Whoever can write in a folder can put another file in the place of a declared one.
    const closed = {
        ...about,
        remedy: `look at what is in it; then on the host: chown root:root ${path} && chmod 0755 ${path}`,
    };
    const mode = (parseInt(live.mode, 8) & ~0o022).toString(8).padStart(4, "0");
    return [...differences(closed, { uid: 0, mode }, { uid: live.uid, mode: live.mode }), ...unexpected];
}

export function compareAbsent({ path, resource }: Declared<"absent">, host: LiveHost): DriftFinding[] {
    return host.files.paths.get(path) === undefined
        ? []
        : [
              {
                  problem: "unexpected",
                  subject: path,
                  resource,
                  key: "",
                  remedy: `${removeEntry(path, "it changes what is the stack's own")} && systemctl daemon-reload`,
              },
          ];
}

import type { Declared } from "../../declaration";
import type { HostFacts } from "../../outputs/host";
import { sha256Of } from "../../text/sha256";

/** A file as place-file.sh takes it. */
interface File {
    readonly path: string;
    readonly mode: string;
    readonly owner: string;
    readonly content: string;
}

/** The required state of a placed file on the host. Of the file's content only a digest is kept. */
export function declaredFile(
    resource: string,
    { path, mode, owner, content }: File,
    remap: HostFacts["remap"],
): Declared<"file"> {
    const [uid, gid] = owner === "root" ? [0, 0] : [remap.uid + Number(owner), remap.gid + Number(owner)];
    const sha256 = sha256Of(content);
    return { kind: "file", resource, path, uid, gid, mode, sha256 };
}

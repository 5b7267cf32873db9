import * as path from "node:path";
import { quote } from "shell-quote";
import { parseDeclaration, type Declaration } from "../declaration";
import { readNamedFile } from "../text/read-file";

/** File with the stack's declaration, in the stack's folder of reports. */
export const declaredFile = "declared.json";

/** The places of a declaration. */
interface DeclarationSource {
    /** A file that was named. */
    readonly declared?: string | undefined;
    /** False: the host is not compared. */
    readonly drift: boolean;
    /** The stack that was named. */
    readonly stack?: string | undefined;
    /** Folder of the stack's reports. */
    readonly reportFolder?: string | undefined;
}

/**
 * Reads the declaration to compare a host with: the file that was named, or the one that the stack's last `up` wrote.
 *
 * @returns undefined where neither was named, or nothing is to be compared
 * @throws Error where there is no such file, or the file is another stack's
 */
export function readDeclaration({
    declared,
    drift,
    stack,
    reportFolder,
}: DeclarationSource): Declaration | undefined {
    if (!drift) {
        return undefined;
    }
    const file = declared ?? (reportFolder && path.join(reportFolder, declaredFile));
    if (file === undefined) {
        return undefined;
    }
    const declaration = parseDeclaration(read(file, stack), file);
    if (stack !== undefined && declaration.stack !== stack) {
        throw new Error(
            `${file} says what the stack ${declaration.stack} declared, not ${stack}: give that of ${stack}`,
        );
    }
    return declaration;
}

function read(file: string, stack: string | undefined): string {
    const ways =
        stack === undefined
            ? "give a declared.json that an `up` has written"
            : "get it from the stack's state: " +
              `mkdir -p ${quote([path.dirname(file)])} && ./pulumiw stack output declared --stack ${quote([stack])} --json --show-secrets >${quote([file])}; ` +
              `where the stack is not up yet, bring it up: ./pulumiw up --stack ${quote([stack])}; ` +
              "--no-drift leaves the comparison out";
    return readNamedFile(
        file,
        (reason, cause) => new Error(`cannot read what the stack declared: ${reason}; ${ways}`, { cause }),
    );
}

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readNamedFile } from "../text/read-file";
import { reasonOf } from "../text/reason";

/** What the signature is for: one that was made for anything else does not count (ssh-keygen -n). */
export const signatureNamespace = "portcullis-advisories";

/** The file in which the signature of an archive lies. */
export function signatureFileOf(archive: string): string {
    return `${archive}.sig`;
}

/** Who signs; the name stands in a list that is made for one check. */
const signer = "advisories";

const publicKeyPattern = /^((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+=*)( .*)?$/;

/**
 * Runs ssh-keygen on a content.
 *
 * @throws Error with ssh-keygen's own words, or how to install ssh-keygen
 */
function keygen(args: readonly string[], content: Buffer): string {
    const { status, stdout, stderr, error } = spawnSync("ssh-keygen", args, {
        input: content,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
    });
    if (error !== undefined && "code" in error && error.code === "ENOENT") {
        throw new Error("ssh-keygen is not installed here; install the package openssh-client");
    }
    if (status !== 0) {
        const words = `${stderr}${stdout}`
            .trim()
            .split(/\s*\n\s*/)
            .join("; ");
        throw new Error(
            `ssh-keygen says: ${words === "" ? reasonOf(error ?? `status ${status ?? "none"}`) : words}`,
        );
    }
    return stdout;
}

/** The public keys of a file, a line each; comments and empty lines are passed over. */
function publicKeys(keyFile: string): string[] {
    const text = readNamedFile(keyFile, (reason) => new Error(`the key cannot be read: ${reason}`));
    if (text.includes("PRIVATE KEY")) {
        throw new Error(`${keyFile} holds a private key; name the file of the public one (.pub)`);
    }
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => {
            const key = publicKeyPattern.exec(line)?.[1];
            if (key === undefined) {
                throw new Error(
                    `${keyFile} has a line that is no public key: "${line.slice(0, 60)}"; expected ssh-ed25519 AAAA…`,
                );
            }
            return key;
        });
}

/**
 * Checks that one of the public keys of a file has signed a content as an archive of advisories.
 *
 * @param content what was signed
 * @param signature file of the signature (OpenSSH)
 * @param keyFile file of public keys (OpenSSH), one a line: more than one while keys are changed
 * @throws Error where it has not; the words say why
 */
export function checkSignature(content: Buffer, signature: string, keyFile: string): void {
    const keys = publicKeys(keyFile);
    if (keys.length === 0) {
        throw new Error(`${keyFile} holds no public key`);
    }
    if (!fs.existsSync(signature)) {
        throw new Error(`there is no signature (${signature})`);
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-signers-"));
    try {
        const signers = path.join(folder, "allowed_signers");
        fs.writeFileSync(
            signers,
            keys.map((key) => `${signer} namespaces="${signatureNamespace}" ${key}\n`).join(""),
        );
        keygen(
            ["-Y", "verify", "-f", signers, "-I", signer, "-n", signatureNamespace, "-s", signature],
            content,
        );
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/**
 * Checks that a signature is one of this content, whoever made it.
 *
 * @returns what ssh-keygen says of the key: its kind and fingerprint
 * @throws Error where it is not
 */
export function checkUnknownSigner(content: Buffer, signature: string): string {
    return keygen(["-Y", "check-novalidate", "-n", signatureNamespace, "-s", signature], content).trim();
}

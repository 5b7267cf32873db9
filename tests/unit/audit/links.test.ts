import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { withLinkTargets } from "../../../audit/collect/links";
import { AuditError } from "../../../audit/error";
import { targetOf } from "../../../transport/target";
import { goodContainer, mount } from "./facts";

const here = targetOf("unix:///run/docker.sock");
const never = new AbortController().signal;

describe("audit: links in the paths that containers see", () => {
    let folder = "";
    beforeEach(() => {
        folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-links-")));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** The targets that are told of mounts of these paths. */
    async function targets(...paths: (string | undefined)[]): Promise<(string | undefined)[]> {
        const mounts = paths.map((hostPath) => mount("/source", { hostPath }));
        const [first, ...others] = await withLinkTargets(
            here,
            [goodContainer({ mounts }), goodContainer()],
            never,
        );
        assert.deepEqual(others, [goodContainer()]);
        assert.ok(first !== undefined);
        assert.deepEqual(
            first.mounts.map(({ hostPath, source }) => [hostPath, source]),
            paths.map((hostPath) => [hostPath, "/source"]),
        );
        return first.mounts.map(({ linkTarget }) => linkTarget);
    }

    it("are followed, at the end of a path and before it, whatever the names are", async () => {
        const odd = path.join(folder, "a ' $(touch x) \n\\ é");
        fs.mkdirSync(odd);
        fs.symlinkSync("/etc", path.join(folder, "-e"));
        fs.symlinkSync("-e", path.join(folder, "twice"));
        fs.symlinkSync(odd, path.join(folder, "odd"));
        assert.deepEqual(
            await targets(
                path.join(folder, "-e"),
                path.join(folder, "twice"),
                `${folder}/twice/ssh/`,
                path.join(folder, "odd"),
            ),
            ["/etc", "/etc", "/etc/ssh", odd],
        );
    });

    it("are none where the path is the real one, leads nowhere, or is not known", async () => {
        fs.symlinkSync("loop", path.join(folder, "loop"));
        assert.deepEqual(
            await targets(folder, `${folder}//./`, `${folder}/no/thing`, `${folder}/loop`, undefined, "/"),
            Array.from({ length: 6 }, () => undefined),
        );
    });

    it("are not asked for where no container sees a path of the host", async () => {
        const containers = [goodContainer({ mounts: [mount("/source", { hostPath: undefined })] })];
        const ended = AbortSignal.abort(new Error("over"));
        assert.equal(await withLinkTargets(here, containers, ended), containers);
    });

    it("are an error where the host does not answer in the script's form, or not in time", async () => {
        const containers = [goodContainer({ mounts: [mount(folder)] })];
        await assert.rejects(
            withLinkTargets(here, containers, AbortSignal.abort(new Error("no time left"))),
            (error) =>
                error instanceof AuditError && /cannot be followed: .*no time left/.test(error.message),
        );
        const bin = path.join(folder, "bin");
        fs.mkdirSync(bin);
        fs.writeFileSync(path.join(bin, "sh"), "#!/bin/sh\necho hello; cat >/dev/null\n", { mode: 0o755 });
        const before = process.env["PATH"] ?? "";
        process.env["PATH"] = `${bin}:${before}`;
        try {
            await assert.rejects(
                withLinkTargets(here, containers, never),
                (error) => error instanceof AuditError && /not as expected: "hello/.test(error.message),
            );
        } finally {
            process.env["PATH"] = before;
        }
    });
});

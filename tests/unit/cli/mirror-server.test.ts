import assert from "node:assert/strict";
import { startMirror } from "../../../cli/mirror/server";
import { contentMark } from "../../../scan/mirror/layout";
import { Carried } from "../../support/mirror/carried";

describe("advisory mirror", () => {
    it("serves GET and HEAD with a mark of the content, and 404 for the rest", async () => {
        const content = Buffer.from("advisories");
        const carried = new Carried();
        const mirror = await startMirror(
            new Map([
                ["/a/b.json", { content }],
                ["/c", { content: { file: carried.put("c", "from a file") }, lastModified: "then" }],
            ]),
        );
        try {
            const got = await fetch(`${mirror.url}a/b.json`);
            assert.equal(await got.text(), "advisories");
            assert.equal(got.headers.get("etag"), contentMark(content));
            const head = await fetch(`${mirror.url}a/b.json`, { method: "HEAD" });
            assert.equal(head.headers.get("last-modified"), contentMark(content));
            assert.equal(await head.text(), "");
            const file = await fetch(`${mirror.url}c`);
            assert.deepEqual([await file.text(), file.headers.get("last-modified")], ["from a file", "then"]);
            assert.equal((await fetch(`${mirror.url}a/`)).status, 404);
            assert.equal((await fetch(`${mirror.url}c`, { method: "POST" })).status, 404);
            assert.match(mirror.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
        } finally {
            await mirror.close();
            carried.remove();
        }
    });
});

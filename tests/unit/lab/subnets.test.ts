import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const tests = path.join(__dirname, "../..");

/** First and last address of an IPv4 network, as numbers. */
function range(cidr: string): [number, number] {
    const [address = "", bits = ""] = cidr.split("/");
    const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    return [first, first + 2 ** (32 - Number(bits)) - 1];
}

describe("the networks of disposable hosts", () => {
    const texts = ["integration", "long", "vm", "support"].flatMap((folder) =>
        fs
            .readdirSync(path.join(tests, folder), { recursive: true, encoding: "utf8" })
            .filter((file) => file.endsWith(".ts"))
            .map((file) => ({ file, text: fs.readFileSync(path.join(tests, folder, file), "utf8") })),
    );
    const found = texts.flatMap(({ file, text }) =>
        [...text.matchAll(/\b\d+\.\d+\.\d+\.\d+\/29\b/g)].map(([subnet]) => ({ file, subnet })),
    );

    it("do not overlap: two files of tests run at a time", () => {
        assert.ok(found.length >= 10, "the networks were not found");
        for (const [index, one] of found.entries()) {
            for (const other of found.slice(index + 1)) {
                const [[a, b], [c, d]] = [range(one.subnet), range(other.subnet)];
                const isApart = b < c || d < a;
                assert.ok(isApart, `${one.subnet} of ${one.file} and ${other.subnet} of ${other.file}`);
            }
        }
        const dev = range("10.213.65.0/29");
        assert.ok(found.every(({ subnet }) => range(subnet)[1] < dev[0] || range(subnet)[0] > dev[1]));
    });
});

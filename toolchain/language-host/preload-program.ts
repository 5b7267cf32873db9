import * as path from "node:path";
import { preload } from "./preload";

preload(path.join(__dirname, "..", "..", "index.ts"), async () => {
    const { default: program } = await import("../../index");
    return program();
});

import * as path from "node:path";
import { preload } from "./preload";

preload(path.join(__dirname, "..", "..", "policy", "index.ts"), () => import("../../policy/index"));

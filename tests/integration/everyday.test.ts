import { everydaySuite } from "../support/everyday-suite";

everydaySuite("short", { name: "every", subnet: "10.213.89.0/29", least: 10 });

import { everydaySuite } from "../support/everyday-suite";

everydaySuite("all", { name: "everyall", subnet: "10.213.90.0/29", least: 30 });

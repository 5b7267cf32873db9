import { redTeamSuite } from "../support/red-team-suite";

redTeamSuite("short", { name: "red", release: "trixie", subnet: "10.213.86.0/29" });

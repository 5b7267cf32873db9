import { redTeamSuite } from "../support/red-team-suite";

redTeamSuite("all", { name: "redall", release: "trixie", subnet: "10.213.87.0/29" });

import { redTeamSuite } from "../support/red-team-suite";

redTeamSuite("all", { name: "redall12", release: "bookworm", subnet: "10.213.88.0/29" });

import { lossSuite } from "../support/losses/suite";
import { lossTable } from "../support/losses/table";
import { TestHost } from "../support/stack";

lossSuite(
    new TestHost("lost12", "bookworm", "10.213.93.0/29"),
    lossTable.map((loss) => [loss]),
);

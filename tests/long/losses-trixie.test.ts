import { lossSuite } from "../support/losses/suite";
import { lossTable } from "../support/losses/table";
import { TestHost } from "../support/stack";

lossSuite(
    new TestHost("lost13", "trixie", "10.213.91.0/29"),
    lossTable.map((loss) => [loss]),
);

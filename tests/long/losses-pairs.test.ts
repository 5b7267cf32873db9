import { lossSuite } from "../support/losses/suite";
import { pairs } from "../support/losses/table";
import { TestHost } from "../support/stack";

lossSuite(new TestHost("lostpairs", "trixie", "10.213.96.0/29"), pairs());

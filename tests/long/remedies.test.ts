import { remedySuite } from "../support/remedies/suite";
import { TestHost } from "../support/stack";

remedySuite(new TestHost("mended13", "trixie", "10.213.202.0/29"));

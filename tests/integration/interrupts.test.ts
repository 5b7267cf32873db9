import { interruptSuite } from "../support/interrupts/suite";
import { TestHost } from "../support/stack";

interruptSuite({ host: new TestHost("intr", "trixie", "10.213.77.0/29"), count: 10, seed: 11 });

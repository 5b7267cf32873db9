import { interruptSuite } from "../support/interrupts/suite";
import { TestHost } from "../support/stack";

interruptSuite({ host: new TestHost("long13", "trixie", "10.213.75.0/29"), count: 30, seed: 2026 });

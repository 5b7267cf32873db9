import { interruptSuite } from "../support/interrupts/suite";
import { TestHost } from "../support/stack";

interruptSuite({ host: new TestHost("long12", "bookworm", "10.213.76.0/29"), count: 30, seed: 2027 });

import { assertDone, type TestStack } from "./stack";

/** Asserts that nothing changes, however often the host is read: a refresh may tell more after an earlier refresh. */
export async function assertUnchanged(stack: TestStack): Promise<void> {
    assertDone(await stack.preview("--expect-no-changes", "--diff"));
    assertDone(await stack.refresh("--expect-no-changes"));
    assertDone(await stack.refresh("--expect-no-changes"));
    assertDone(await stack.up("--refresh", "--expect-no-changes"));
}

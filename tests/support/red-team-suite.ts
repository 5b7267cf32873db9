import assert from "node:assert/strict";
import { attackCount, goals, RedTeam } from "./red-team";
import { TestHost } from "./stack";

/**
 * A user of the host with nothing but the engine's socket tries to become root: each way works on an engine as Debian has
 * it, and none on one that is hardened.
 */
export function redTeamSuite(
    form: "all" | "short",
    { name, release, subnet }: { name: string; release: "trixie" | "bookworm"; subnet: string },
): void {
    describe(`a user with the socket of an engine on ${release}`, () => {
        const host = new TestHost(name, release, subnet);
        const team = new RedTeam(host);
        let tried = 0;

        before(async () => {
            await team.prepare();
        });

        after(() => {
            host.down();
        });

        for (const goal of goals) {
            it(`gets what it is after without the hardening: ${goal}`, () => {
                const { reached, held } = team.attack(goal, form);
                assert.deepEqual(held, [], team.log(goal));
                tried += reached.length;
            });
        }

        it("has tried them all", () => {
            assert.equal(tried, attackCount(form, release));
            assert.ok(tried >= 60, `${tried} attacks`);
            team.harden();
        });

        for (const goal of goals) {
            it(`gets nothing with it: ${goal}`, () => {
                const { reached } = team.attack(goal, form);
                assert.deepEqual(reached, [], team.log(goal));
            });
        }
    });
}

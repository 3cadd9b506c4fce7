import { describe, expect, it } from "vitest";
import { GroupCommit, Overloaded } from "./group-commit.ts";

const LIMITS = { gatherMs: 5, groupSize: 3, queueSize: 7 };

/** Commits that a test lets go one by one. */
function held() {
  const groups: number[][] = [];
  const gates: (() => void)[] = [];
  const commit = async (group: readonly number[]) => {
    groups.push([...group]);
    await new Promise<void>((go) => gates.push(go));
    return group.map((n) => n * 10);
  };
  const next = async () => {
    while (gates.length === 0) await new Promise((resume) => setTimeout(resume, 1));
    gates.shift()?.();
  };
  return { groups, commit, next };
}

describe("a group commit", () => {
  it("takes what arrives together, then what arrived meanwhile, in order and in bounded groups", async () => {
    const { groups, commit, next } = held();
    const group = new GroupCommit(commit, LIMITS);
    const answers = [group.add(1), group.add(2)];
    await new Promise((resume) => setTimeout(resume, 15));
    for (const n of [3, 4, 5, 6]) answers.push(group.add(n));
    for (let i = 0; i < 3; i++) await next();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(groups).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it("never runs two commits at a time", async () => {
    let running = 0;
    let most = 0;
    const group = new GroupCommit(
      async (requests: readonly number[]) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resume) => setTimeout(resume, 2));
        running -= 1;
        return requests;
      },
      { gatherMs: 1, groupSize: 2, queueSize: 100 },
    );
    await Promise.all(Array.from({ length: 20 }, (_, n) => group.add(n)));
    expect(most).toBe(1);
  });

  it("turns away at once what is more than may wait, and takes again afterwards", async () => {
    const { commit, next } = held();
    const group = new GroupCommit(commit, LIMITS);
    const taken = Array.from({ length: 7 }, (_, n) => group.add(n));
    await expect(group.add(8)).rejects.toThrow(Overloaded);
    await next();
    await taken[0];
    taken.push(group.add(9));
    for (let i = 0; i < 2; i++) await next();
    expect(await Promise.all(taken)).toEqual([0, 10, 20, 30, 40, 50, 60, 90]);
  });

  it("fails only the group whose commit failed", async () => {
    const group = new GroupCommit(
      async (requests: readonly number[]) => {
        if (requests.includes(2)) throw new Error("broken");
        return requests;
      },
      { gatherMs: 1, groupSize: 2, queueSize: 10 },
    );
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => group.add(n)));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
  });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Turnstile, TurnstileFull } from "./turnstile.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const OPTIONS = { atOnce: 2, waiting: 3, lostAfter: 1000 };
const lasting = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));

test("at most two work at once, and they begin in order of arrival", async () => {
  const turnstile = new Turnstile(OPTIONS);
  const begun: number[] = [];
  let working = 0;
  let most = 0;
  const all = [1, 2, 3, 4, 5].map((number) =>
    turnstile.pass(async () => {
      begun.push(number);
      working += 1;
      most = Math.max(most, working);
      await lasting(100)();
      working -= 1;
    }),
  );
  await vi.advanceTimersByTimeAsync(1000);
  await Promise.all(all);
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

test("the sixth is refused at once, and one is taken again when a place is free", async () => {
  const turnstile = new Turnstile(OPTIONS);
  const five = [1, 2, 3, 4, 5].map(() => turnstile.pass(lasting(100)));
  await expect(turnstile.pass(lasting(100))).rejects.toBeInstanceOf(TurnstileFull);
  await vi.advanceTimersByTimeAsync(1000);
  await Promise.all(five);
  const again = turnstile.pass(async () => "in");
  expect(await again).toBe("in");
});

test("work that fails frees its place", async () => {
  const turnstile = new Turnstile({ atOnce: 1, waiting: 0, lostAfter: 1000 });
  await expect(turnstile.pass(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await turnstile.pass(async () => "in")).toBe("in");
});

test("holders that went away without a word lose their places", async () => {
  const turnstile = new Turnstile({ atOnce: 1, waiting: 0, lostAfter: 1000 });
  void turnstile.pass(() => new Promise<never>(() => {}));
  await expect(turnstile.pass(async () => "in")).rejects.toBeInstanceOf(TurnstileFull);
  await vi.advanceTimersByTimeAsync(1001);
  expect(await turnstile.pass(async () => "in")).toBe("in");
});

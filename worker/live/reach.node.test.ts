import { expect, test } from "vitest";
import { reached } from "./reach.ts";

/** An error as the platform throws it from a call of an object. */
const failing = (marks: Record<string, boolean>) => () =>
  Promise.reject(Object.assign(new Error("from afar"), { remote: true, ...marks }));

test.each(["retryable", "overloaded", "durableObjectReset"])(
  "an object that is %s is a 503",
  async (mark) => {
    await expect(reached(failing({ [mark]: true }))).rejects.toMatchObject({
      details: { status: 503, type: "https://callers360.com/problems/unavailable" },
      headers: { "retry-after": "1" },
    });
  },
);

test("any other error is passed on as it is, and an answer too", async () => {
  await expect(reached(failing({ overloaded: false }))).rejects.toThrow("from afar");
  await expect(reached(() => Promise.reject("a word"))).rejects.toBe("a word");
  expect(await reached(async () => 7)).toBe(7);
});

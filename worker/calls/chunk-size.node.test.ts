import { expect, test } from "vitest";
import { ChunkSize } from "./jobs.ts";

test("a chunk shrinks at once where it took too long, and grows to at most twice its size", () => {
  const size = new ChunkSize();
  expect(size.calls).toBe(200);
  size.fit(30);
  expect(size.calls).toBe(400);
  size.fit(3000);
  expect(size.calls).toBe(40);
  size.fit(60_000);
  expect(size.calls).toBe(25);
  for (let step = 0; step < 10; step += 1) size.fit(1);
  expect(size.calls).toBe(1000);
});

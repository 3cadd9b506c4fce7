import { expect, it } from "vitest";
import { answersTo } from "./host.ts";

const production = { publicHost: "callers360.com", local: false };
const local = { publicHost: "callers360.localhost", local: true };

it.each([
  [production, "callers360.com", true],
  [production, "CALLERS360.com", true],
  [production, "localhost", false],
  [production, "127.0.0.1:8787", false],
  [production, "callers360.com.evil.example", false],
  [production, "callers360.com:8443", false],
  [local, "callers360.localhost", true],
  [local, "callers360.localhost:8787", true],
  [local, "127.0.0.1:8787", true],
  [local, "localhost:1", true],
  [local, "[::1]:8787", true],
  [local, "evil.localhost:8787", false],
  [local, "rebind.example:8787", false],
] as const)("%o answers to %s: %s", (settings, host, expected) => {
  expect(answersTo(host, settings)).toBe(expected);
});

import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { settingsOf } from "../env.ts";

it("is opened to this machine on a localhost name only: elsewhere the worker does not start with it", () => {
  expect(settingsOf({ ...env, OUTBOUND_LOCAL: "on" }).outboundLocal).toBe(true);
  expect(settingsOf({ ...env }).outboundLocal).toBe(false);
  expect(() => settingsOf({ ...env, PUBLIC_HOST: "callers360.com", OUTBOUND_LOCAL: "on" })).toThrow(
    "OUTBOUND_LOCAL=on is only for a localhost PUBLIC_HOST.",
  );
});

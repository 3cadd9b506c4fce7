import { expect, it } from "vitest";
import { readSettings } from "./settings.ts";

it("has defaults that need no setting", () => {
  expect(readSettings({}, [])).toEqual({
    port: 8787,
    dataFolder: ".data",
    publicHost: "callers360.localhost",
    empty: false,
    rateLimits: true,
    outboundLocal: false,
  });
});

it("takes empty for not set", () => {
  expect(readSettings({ PORT: "", DATA_DIR: "", PUBLIC_HOST: "" }, [])).toEqual(readSettings({}, []));
});

it("takes what is set", () => {
  const env = {
    PORT: "9000",
    DATA_DIR: "/tmp/x",
    PUBLIC_HOST: "localhost",
    C360_RATE_LIMITS: "off",
    C360_LOCAL_WEBHOOKS: "on",
  };
  expect(readSettings(env, ["--empty"])).toEqual({
    port: 9000,
    dataFolder: "/tmp/x",
    publicHost: "localhost",
    empty: true,
    rateLimits: false,
    outboundLocal: true,
  });
});

it.each([
  [
    { npm_config_user_agent: "npm/9.8.1 node/v18.20.4 linux x64 workspaces/false" },
    [],
    /Node is version 18; install Node 20/,
  ],
  [{ PORT: "http" }, [], /PORT must be a number/],
  [{ PORT: "65536" }, [], /PORT must be a number/],
  [{ PUBLIC_HOST: "callers360.com" }, [], /only for a localhost name/],
  [{}, ["--demo"], /Unknown argument --demo/],
])("refuses %o %o in one sentence", (env, args, sentence) => {
  expect(() => readSettings(env, args)).toThrow(sentence);
});

it("takes the machine's Node 20", () => {
  const env = { npm_config_user_agent: "npm/11.19.1 node/v20.20.2 linux x64 workspaces/false" };
  expect(readSettings(env, []).port).toBe(8787);
});

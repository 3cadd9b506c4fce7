import { expect, test } from "vitest";
import { demoNotice } from "../../consent-banner/demo-notice.ts";
import { forCountry } from "./region.ts";

const regions = [
  { countries: ["DE", "FR"], gpc: "ask" },
  { countries: ["FR", "US"], gpc: "refuse" },
] as const;
const configuration = {
  site: "s",
  policy_version: "1",
  notice_hash: "aa",
  notice: { ...demoNotice, gpc: "refuse", regions } as const,
};

test.each([
  ["DE", "ask"],
  ["FR", "ask"],
  ["US", "refuse"],
  ["IN", "refuse"],
  [null, "refuse"],
])("in %s the signal means %s", (country, gpc) => {
  const found = forCountry(configuration, country);
  expect(found.notice.gpc).toBe(gpc);
  expect(found.notice_hash).toBe("aa");
});

import { describe, expect, it } from "vitest";
import { decodeChoice, encodeChoice } from "./cookie-value.ts";

const refused = {
  categories: { preferences: false, analytics: false, marketing: false },
  revision: 3,
  date: "2026-11-24",
  despiteSignal: false,
  language: "",
  seen: "",
  identity: null,
};
const granted = {
  ...refused,
  categories: { preferences: false, analytics: true, marketing: true },
  despiteSignal: true,
  identity: { id: `cns_${"A".repeat(22)}`, secret: "b".repeat(43), choice: 12 },
};
const written = `categories=analytics.marketing&revision=3&date=2026-11-24&gpc=1&id=cns_${"A".repeat(22)}&secret=${"b".repeat(43)}&choice=12`;

describe("the cookie's value", () => {
  it("holds nothing that tells one refusing visitor from another", () => {
    expect(encodeChoice(refused)).toBe("categories=&revision=3&date=2026-11-24");
    expect(decodeChoice("categories=&revision=3&date=2026-11-24")).toEqual(refused);
  });

  it("holds id, secret and choice after a grant", () => {
    expect(encodeChoice(granted)).toBe(written);
    expect(decodeChoice(written)).toEqual(granted);
  });

  it.each([
    "",
    "true",
    "categories=everything&revision=3&date=2026-11-24",
    "categories=analytics&revision=three&date=2026-11-24",
    written.slice(0, -4),
    written.replace("A", "A!"),
    `${written}&more=1`,
  ])("is no choice where it was cut or changed: %s", (value) => {
    expect(decodeChoice(value)).toBeNull();
  });
});

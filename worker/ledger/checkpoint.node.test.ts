import { describe, expect, it } from "vitest";
import { parseCheckpoint, renderCheckpoint } from "./checkpoint.ts";
import { Refused } from "./refused.ts";
import { EMPTY_ROOT } from "./tree.ts";

const ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const text = (origin: string, size: string, root: string) => `${origin}\n${size}\n${root}\n`;

describe("checkpoint text", () => {
  it("is origin, size and root, a line each", () => {
    const empty = { origin: "callers360.localhost/log/org_demo", size: 0, root: EMPTY_ROOT };
    expect(renderCheckpoint(empty)).toBe(`callers360.localhost/log/org_demo\n0\n${ROOT}\n`);
    expect(parseCheckpoint(renderCheckpoint(empty))).toEqual(empty);
  });

  it.each([
    ["an extension line", `${text("a", "1", ROOT)}extension\n`],
    ["a missing newline", text("a", "1", ROOT).slice(0, -1)],
    ["a newline too many", `${text("a", "1", ROOT)}\n`],
    ["CRLF", text("a\r", "1\r", `${ROOT}\r`)],
    ["a leading zero", text("a", "01", ROOT)],
    ["a sign", text("a", "+1", ROOT)],
    ["a space", text("a", " 1", ROOT)],
    ["an exponent", text("a", "1e3", ROOT)],
    ["2^53", text("a", "9007199254740992", ROOT)],
    ["another script's digit", text("a", "١", ROOT)],
    ["padding bits", text("a", "1", ROOT.replace("FU=", "FV="))],
    ["no padding", text("a", "1", ROOT.slice(0, -1))],
    ["base64url", text("a", "1", ROOT.replace("+", "-"))],
    ["31 bytes", text("a", "1", btoa("x".repeat(31)))],
    ["no origin", text("", "1", ROOT)],
    ["nothing", ""],
  ])("refuses %s", (_, broken) => {
    expect(() => parseCheckpoint(broken)).toThrow(Refused);
  });

  it("takes the largest size that a double holds exactly", () => {
    expect(parseCheckpoint(text("a", "9007199254740991", ROOT)).size).toBe(9_007_199_254_740_991);
  });
});

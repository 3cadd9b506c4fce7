import { expect, it } from "vitest";
import { differenceOf } from "./difference.ts";
import { longestRising } from "./longest-rising.ts";
import { readDocument } from "./sections.ts";
import { wordRuns } from "./word-runs.ts";

const between = (before: string, after: string) =>
  differenceOf(readDocument(before), readDocument(after)).sections;

const shown = (runs: readonly { kind: string; text: string }[]) =>
  runs
    .map(({ kind, text }) => (kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

it.each([
  ["details in Section 8.", "details in Section 9.", "details in Section [-8-]{+9+}."],
  ["kept as long as necessary", "kept for 36 months", "kept [-as long as necessary-]{+for 36 months+}"],
  ["we sell data", "we never sell data", "we {+never +}sell data"],
  ["we never sell data", "we sell data", "we [-never -]sell data"],
  ["mail a@b.in now", "mail c@b.in now", "mail [-a@b.in-]{+c@b.in+} now"],
  ["on May 26, 2025 we", "on June 24, 2026 we", "on [-May 26, 2025-]{+June 24, 2026+} we"],
  ["आपका नाम और पता", "आपका नाम और फ़ोन", "आपका नाम और [-पता-]{+फ़ोन+}"],
  ["same", "same", "same"],
  ["", "new", "{+new+}"],
])("from “%s” to “%s”", (before, after, expected) => {
  expect(shown(wordRuns(before, after))).toBe(expected);
});

it("gives back both texts from the runs", () => {
  const [before, after] = ["a b  c, d\te", "a x c;  d e f"];
  const runs = wordRuns(before, after);
  const side = (not: string) =>
    runs
      .filter((run) => run.kind !== not)
      .map((run) => run.text)
      .join("");
  expect(side("added")).toBe(before);
  expect(side("removed")).toBe(after);
});

it("finds a section again under another number, another title and in another place", () => {
  const before = [
    "# Policy",
    "## 1. Collection\n\nWe collect your name and your phone number.",
    "## 2. Sharing\n\nWe share nothing with anybody.",
    "## 3. Retention\n\nWe keep calls for as long as it is necessary for you.",
    "## 4. Old\n\nThis goes away entirely.",
    "## 5. Contact\n\nSee Section 8.",
  ].join("\n\n");
  const after = [
    "# Policy",
    "## 1. Retention\n\nWe keep calls for as long as it is necessary for you.",
    "## 2. Collection\n\nWe collect your name and your phone number.",
    "## 3. Who Sees It\n\nWe share nothing with anybody.",
    "## 4. Rights\n\nAsk for a copy whenever you like.",
    "## 5. Contact\n\nSee Section 9.",
  ].join("\n\n");
  expect(
    between(before, after).map(({ status, before, after, moved }) => [
      status,
      before && `${before.number} ${before.title}`,
      after && `${after.number} ${after.title}`,
      moved,
    ]),
  ).toEqual([
    ["changed", "3 Retention", "1 Retention", true],
    ["removed", "4 Old", null, false],
    ["changed", "1 Collection", "2 Collection", false],
    ["changed", "2 Sharing", "3 Who Sees It", false],
    ["added", null, "4 Rights", false],
    ["changed", "5 Contact", "5 Contact", false],
  ]);
});

it("shows changed, new and lost list items beside those that stayed", () => {
  const before = "# P\n\n## 1. A\n\n- your name and address\n- your phone number\n- the colour of your shoes";
  const after = "# P\n\n## 1. A\n\n- your name and postal address\n- your phone number\n- browser cookies";
  const [section] = between(before, after);
  expect(
    section?.blocks.map((change) => [
      change.kind,
      change.kind === "changed" ? shown(change.runs) : change.block.text,
    ]),
  ).toEqual([
    ["changed", "your name and {+postal +}address"],
    ["same", "your phone number"],
    ["removed", "the colour of your shoes"],
    ["added", "browser cookies"],
  ]);
});

it("says when only the formatting changed, and nothing when nothing did", () => {
  const [formatted] = between("# P\n\n## 1. A\n\nplain words", "# P\n\n## 1. A\n\n**plain** words");
  expect(formatted?.status).toBe("formatting");
  const [same] = between("# P\n\n## 1. A\n\nplain", "# P\n\n## 1. A\n\nplain\n");
  expect(same?.status).toBe("same");
  expect(differenceOf(readDocument("# P"), readDocument("# Q")).title).not.toBeNull();
});

it("keeps the longest run that stayed in order", () => {
  expect(longestRising([3, 0, 1, 2, 5, 4])).toHaveLength(4);
  expect(longestRising([])).toEqual([]);
});

it("gives up on two long texts without a word in common instead of searching on", () => {
  const words = (letter: string) => Array.from({ length: 20_000 }, (_, i) => letter + i).join(" ");
  expect(wordRuns(words("a"), words("b")).map((run) => run.kind)).toEqual(["removed", "added"]);
});

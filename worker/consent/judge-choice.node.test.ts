import { expect, test } from "vitest";
import { type ChoiceRequest, judgeChoice, type NoticeStanding, type VisitorState } from "./judge-choice.ts";

const DAY_MS = 86_400_000;
const AT = Date.UTC(2026, 10, 24, 10);
const SECRET = new Uint8Array(32).fill(1);

const request: ChoiceRequest = {
  org: "org_a",
  site: "site_a",
  origin: "https://a.example",
  consentId: "cns_AAAAAAAAAAAAAAAAAAAAAA",
  secretSha256: SECRET,
  idempotencyKey: "0123456789abcdef",
  bodySha256: new Uint8Array(32).fill(2),
  action: "accept_all",
  categories: { preferences: true, analytics: true, marketing: true },
  choice: 4,
  policyVersion: "2025-10-26",
  noticeHash: "0".repeat(64),
  language: "en",
  gpc: false,
  country: "IN",
  beyondBudget: false,
};

const known: VisitorState = {
  secretSha256: SECRET,
  newestIndex: 12,
  stateIndex: 7,
  choice: 3,
  categories: { preferences: false, analytics: false, marketing: false },
  gpc: false,
  grantedUntil: null,
  visitorKey: null,
};

function judged(change: {
  request?: Partial<ChoiceRequest>;
  known?: Partial<VisitorState>;
  notice?: NoticeStanding;
  secretOfErased?: Uint8Array;
  budgetSpent?: boolean;
}) {
  return judgeChoice(
    { ...request, ...change.request },
    { ...known, ...change.known },
    null,
    change.notice ?? { kind: "published", consentDays: 180, supersededAt: null },
    { index: 20, at: AT, newKey: () => "a new key", budgetSpent: change.budgetSpent ?? false },
    change.secretOfErased,
  );
}

test("a grant lives its days from the record's own time, under a new key", () => {
  expect(judged({})).toMatchObject({
    kind: "recorded",
    moved: true,
    record: { prev: 12, at: "2026-11-24T10:00:00.000Z", country: "IN" },
    next: {
      newestIndex: 20,
      stateIndex: 20,
      choice: 4,
      grantedUntil: AT + 180 * DAY_MS,
      visitorKey: "a new key",
    },
  });
});

test("what is recorded without moving the state changes the newest index only", () => {
  for (const choice of [3, 2]) {
    expect(judged({ request: { choice } })).toMatchObject({
      moved: false,
      next: { ...known, newestIndex: 20 },
    });
  }
});

test("seven days after it was superseded a notice still opens the gate, a millisecond later not", () => {
  const notice = (supersededAt: number): NoticeStanding => ({
    kind: "published",
    consentDays: 180,
    supersededAt,
  });
  expect(judged({ notice: notice(AT - 7 * DAY_MS) })).toMatchObject({ next: { visitorKey: "a new key" } });
  expect(judged({ notice: notice(AT - 7 * DAY_MS - 1) })).toMatchObject({
    kind: "recorded",
    moved: true,
    next: { choice: 4, grantedUntil: null, visitorKey: null },
  });
});

test("without analytics there is no key; without anything no grant", () => {
  const none = { preferences: false, analytics: false, marketing: false };
  expect(judged({ request: { categories: { ...none, marketing: true } } })).toMatchObject({
    next: { grantedUntil: AT + 180 * DAY_MS, visitorKey: null },
  });
  expect(judged({ request: { categories: none } })).toMatchObject({
    next: { grantedUntil: null, visitorKey: null },
  });
});

test("a wrong secret is refused before anything else is said", () => {
  const wrong = { secretSha256: new Uint8Array(32) };
  const unpublished: NoticeStanding = { kind: "unpublished", knownVersion: false, knownHash: false };
  const refused = { kind: "refused", reason: "wrong-secret" };
  expect(judged({ request: wrong, notice: unpublished })).toEqual(refused);
  expect(judged({ request: wrong, secretOfErased: SECRET })).toEqual(refused);
  expect(judged({ secretOfErased: SECRET, notice: unpublished })).toEqual({ ...refused, reason: "erased" });
});

test("a spent budget stops grants without a challenge, and nothing else", () => {
  const nothing = { preferences: false, analytics: false, marketing: false };
  const spent = (change: Partial<ChoiceRequest>) => judged({ request: change, budgetSpent: true }).kind;
  expect(judged({ budgetSpent: true })).toEqual({ kind: "refused", reason: "budget-spent" });
  expect(spent({ action: "custom", categories: { ...nothing, preferences: true } })).toBe("refused");
  expect(spent({ beyondBudget: true })).toBe("recorded");
  for (const action of ["withdraw", "reject_all", "gpc", "custom"] as const) {
    expect(spent({ action, categories: nothing }), action).toBe("recorded");
  }
});

/// <reference types="node" />
import { afterAll, beforeAll, expect, it } from "vitest";
import { CHALLENGE_BITS, isAnswered, issueTicket } from "../worker/consent/floods/challenge.ts";
import { solve } from "./challenge.ts";
import { eventually } from "./eventually.ts";
import { openStage, type Stage } from "./journey.ts";

const SECRET = "a secret of a test, of thirty-two letters";
const occasion = { site: "site_demo", noticeHash: "5a".repeat(32) };
const headerOf = (ticket: string) => `ticket=${ticket}, bits=${CHALLENGE_BITS}`;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it("finds what the worker believes, for this request only, and nothing beside it", async () => {
  const now = Date.UTC(2026, 10, 24, 10);
  const key = "0123456789abcdef";
  const answer = await solve(headerOf(await issueTicket(SECRET, occasion, now)), key);
  const believed = (given: string, by = key) => isAnswered(SECRET, occasion, { answer: given, key: by, now });
  expect(await believed(answer)).toBe(true);
  expect(await believed(`${answer}0`)).toBe(false);
  expect(await believed(answer, "fedcba9876543210")).toBe(false);
});

it("on a day of too many consents the browser does the work, and the choice arrives once", async () => {
  const { page } = await stage.newPage();
  const asked: (string | null)[] = [];
  await page.route("**/api/v1/consent/site_demo?*", async (route) => {
    const { searchParams } = new URL(route.request().url());
    const answer = searchParams.get("challenge");
    asked.push(answer);
    const given = { answer: answer ?? "", key: searchParams.get("key") ?? "", now: Date.now() };
    // The first answer is not believed, as if its ticket had been too old.
    if (asked.length > 2 && (await isAnswered(SECRET, occasion, given))) return route.continue();
    return route.fulfill({
      status: 429,
      headers: {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "c360-challenge",
        "c360-challenge": headerOf(await issueTicket(SECRET, occasion, Date.now())),
      },
      json: {},
    });
  });
  await page.goto(`${stage.site}/demo/`);
  await page.click("[data-c360-action=accept]");
  await eventually(() => stage.consents.length).toBe(1);
  await eventually(() => page.evaluate(() => localStorage.length)).toBe(0);
  // Refused with its number it waits, and begins anew with a new ticket.
  expect(asked.map((answer) => answer !== null)).toEqual([false, true, false, true]);
  expect(stage.consents[0]?.body).toMatchObject({ action: "accept_all", choice: 1 });
});

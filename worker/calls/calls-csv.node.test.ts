import { afterAll, beforeAll, expect, test } from "vitest";
import type { Call } from "./call.ts";
import { PAGE_CALLS, streamCalls } from "./calls-csv.ts";
import { type OwnDatabase, ownDatabase } from "./fixtures/organisation.ts";
import { pageOfCalls, readCalls, writeCalls } from "./queries.ts";

let own: OwnDatabase;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());

const START = Date.parse("2026-10-01T00:00:00Z");

async function filled(count: number): Promise<string> {
  const org = await own.organisation();
  const calls = Array.from(
    { length: count },
    (_, index): Call => ({
      call_id: `call_${index}`,
      revision: 1,
      team: "t_01",
      caller: "u_01",
      customer_ref: null,
      direction: "inbound",
      status: "connected",
      // Three at each instant, so that pages end inside one.
      started_at: START + Math.floor(index / 3) * 1000,
      duration_s: 60,
      clarity: null,
      proficiency: null,
      volume: null,
      sentiment: null,
      keywords: null,
    }),
  );
  for (let at = 0; at < count; at += 10_000)
    await own.database.write([writeCalls(org, calls.slice(at, at + 10_000))]);
  return org;
}

function watched(org: string) {
  const pages = { asked: 0, underWay: 0, mostUnderWay: 0 };
  const stream = streamCalls(async (after) => {
    pages.asked += 1;
    pages.underWay += 1;
    pages.mostUnderWay = Math.max(pages.mostUnderWay, pages.underWay);
    const [result] = await own.database.read([pageOfCalls(org, { after, limit: PAGE_CALLS })]);
    pages.underWay -= 1;
    return result === undefined ? [] : readCalls(result);
  }, undefined);
  return { pages, stream };
}

test("50,000 calls: a page is read when the one before was taken, and every call comes once, in order", async () => {
  const { pages, stream } = watched(await filled(50_000));
  const reader = (await stream).getReader();
  const decoder = new TextDecoder();
  let text = "";
  let largest = 0;
  for (let taken = 1; ; taken += 1) {
    const { value, done } = await reader.read();
    if (done) break;
    largest = Math.max(largest, value.length);
    text += decoder.decode(value, { stream: true });
    // A reader that waits makes nobody read ahead.
    if (taken === 2) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(pages.asked).toBe(taken);
  }
  expect(pages.mostUnderWay).toBe(1);
  expect(largest).toBeLessThan(400_000);
  const rows = text
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(","));
  expect(rows).toHaveLength(50_000);
  expect(new Set(rows.map(([id]) => id)).size).toBe(50_000);
  const order = rows.map(([id = "", , , , , , , at = ""]) => `${999_999_999_999_999 - Date.parse(at)} ${id}`);
  expect(order).toEqual([...order].sort());
});

test.each([0, 1, PAGE_CALLS, PAGE_CALLS + 1])("%i calls: one head line and so many rows", async (count) => {
  const { stream } = watched(await filled(count));
  const lines = (await new Response(await stream).text()).split("\r\n");
  expect(lines[0]).toMatch(/^call_id,revision,/);
  expect(lines).toHaveLength(count + 2);
});

test("a page that cannot be read breaks the stream off instead of ending it", async () => {
  const org = await filled(PAGE_CALLS + 1);
  let pages = 0;
  const stream = await streamCalls(async (after) => {
    pages += 1;
    if (pages === 2) throw new Error("the line is cut");
    const [result] = await own.database.read([pageOfCalls(org, { after, limit: PAGE_CALLS })]);
    return result === undefined ? [] : readCalls(result);
  }, undefined);
  await expect(new Response(stream).text()).rejects.toThrow("the line is cut");
});

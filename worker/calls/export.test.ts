import { env, SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";
import type { Call } from "./call.ts";
import { PAGE_CALLS } from "./calls-csv.ts";
import { writeCalls } from "./queries.ts";

const database = openDatabase(settingsOf(env).database);
const START = Date.parse("2026-10-01T00:00:00Z");

async function withCalls(count: number): Promise<TestOrganisation> {
  const organisation = await newOrganisation();
  const calls = Array.from(
    { length: count },
    (_, index): Call => ({
      call_id: `call_${index}`,
      revision: 1,
      team: index % 2 === 0 ? "t_even" : "t_odd",
      caller: "u_01",
      customer_ref: null,
      direction: "outbound",
      status: "missed",
      started_at: START + index * 1000,
      duration_s: 0,
      clarity: null,
      proficiency: null,
      volume: null,
      sentiment: null,
      keywords: null,
    }),
  );
  await database.write([writeCalls(organisation.org, calls)]);
  return organisation;
}

function exported(organisation: TestOrganisation, query = ""): Promise<Response> {
  return SELF.fetch(`http://callers360.localhost/api/v1/calls${query}`, {
    headers: { authorization: `Bearer ${organisation.keys.read}`, accept: "text/csv" },
  });
}

async function idsOf(response: Response): Promise<string[]> {
  const lines = (await response.text()).split("\r\n").slice(1, -1);
  return lines.map((line) => line.slice(0, line.indexOf(",")));
}

test("without limit all calls come, newest first; filters and a cursor hold", async () => {
  const organisation = await withCalls(PAGE_CALLS + 10);
  const everything = await exported(organisation);
  expect(everything.headers.get("content-disposition")).toBe('attachment; filename="calls.csv"');
  expect(everything.headers.get("cache-control")).toBe("private, no-store");
  const newestFirst = Array.from({ length: PAGE_CALLS + 10 }, (_, index) => `call_${PAGE_CALLS + 9 - index}`);
  expect(await idsOf(everything)).toEqual(newestFirst);

  const odd = await exported(organisation, "?team=t_odd&from=2026-10-01T00:00:10Z");
  expect(await idsOf(odd)).toEqual(newestFirst.filter((id) => Number(id.slice(5)) % 2 === 1).slice(0, -5));

  const page = await exported(organisation, "?limit=3");
  const next = page.headers.get("link")?.match(/cursor=([^>&]+)/)?.[1];
  expect(await idsOf(page)).toEqual(newestFirst.slice(0, 3));
  expect(await idsOf(await exported(organisation, `?cursor=${next}`))).toEqual(newestFirst.slice(3));
});

test("a key that is revoked ends an export that is under way", async () => {
  const organisation = await withCalls(4 * PAGE_CALLS);
  const { body } = await exported(organisation);
  const reader = body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  await database.write([
    { sql: "UPDATE api_key SET revoked_at = ?2 WHERE org = ?1", args: [organisation.org, Date.now()] },
  ]);
  const rest = async () => {
    let chunks = 0;
    while ((await reader?.read())?.done === false) chunks += 1;
    return chunks;
  };
  await expect(rest()).rejects.toThrow();
});

test("an export that is refused says so before it begins", async () => {
  const organisation = await newOrganisation();
  const refused = await SELF.fetch("http://callers360.localhost/api/v1/calls", {
    headers: { authorization: `Bearer ${organisation.keys.ingest}`, accept: "text/csv" },
  });
  expect(refused.status).toBe(403);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
});

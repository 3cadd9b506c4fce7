import { SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";

const URL_CALLS = "http://callers360.localhost/api/v1/calls";
let own: TestOrganisation;
beforeEach(async () => {
  own = await newOrganisation();
});

const EVENT = {
  event_id: "e_1",
  call_id: "c_1",
  revision: 1,
  team_id: "t_01",
  caller_id: "u_01",
  customer_ref: "cust_1",
  direction: "outbound",
  status: "connected",
  started_at: "2026-10-30T10:07:00.000Z",
  duration_s: 60,
  analysis: {
    clarity: 83.25,
    proficiency: 50,
    volume: 0,
    sentiment: "positive",
    keywords: ["price", "price"],
  },
};

type Fields = Record<string, unknown>;

const send = (body: BodyInit, type = "application/json", key = own.keys.ingest) =>
  SELF.fetch(URL_CALLS, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    body,
  });

async function ingest(...events: unknown[]): Promise<Fields> {
  const answer = await send(JSON.stringify({ events }));
  expect(answer.status).toBe(200);
  return answer.json();
}

async function list(query = "", headers: Record<string, string> = {}, key = own.keys.read) {
  return SELF.fetch(`${URL_CALLS}${query}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
}

async function calls(query = "", key = own.keys.read): Promise<Fields[]> {
  return (await (await list(query, {}, key)).json<{ calls: Fields[] }>()).calls;
}

test("an event is stored and read back whole", async () => {
  expect(await ingest(EVENT)).toEqual({ accepted: 1, duplicate: 0, stale: 0, rejected: [], seq: 1 });
  const { event_id, ...call } = EVENT;
  expect(await calls()).toEqual([{ ...call, analysis: { ...EVENT.analysis, keywords: ["price"] } }]);
});

test("duplicate, stale and accepted are judged in order, inside one request too", async () => {
  const revision = (n: number) => ({ ...EVENT, event_id: `e_${n}`, revision: n });
  expect(await ingest(revision(2), revision(1), revision(2), revision(3))).toEqual({
    accepted: 2,
    duplicate: 1,
    stale: 1,
    rejected: [],
    seq: 1,
  });
  expect(await ingest(revision(3), revision(2))).toMatchObject({
    accepted: 0,
    duplicate: 1,
    stale: 1,
    seq: 1,
  });
  expect(await ingest({ ...revision(4), analysis: null })).toMatchObject({ accepted: 1, seq: 2 });
  expect(await calls()).toMatchObject([{ revision: 4, analysis: null }]);
});

test("an equal revision with other content changes nothing", async () => {
  await ingest(EVENT);
  expect(await ingest({ ...EVENT, duration_s: 999 })).toMatchObject({ duplicate: 1, seq: 1 });
  expect(await calls()).toMatchObject([{ duration_s: 60 }]);
});

test("a batch of 1,000 with 3 bad ones stores 997 and names event, field and why", async () => {
  const events: Fields[] = Array.from({ length: 1000 }, (_, index) => ({
    ...EVENT,
    event_id: `e_${index}`,
    call_id: `c_${index}`,
  }));
  events[10] = { ...events[10], duration_s: "60" };
  events[500] = { ...events[500], org_id: "org_somebody" };
  events[999] = { ...events[999], analysis: { clarity: 101 }, colour: "red" };
  const receipt = await ingest(...events);
  expect(receipt).toMatchObject({ accepted: 997, duplicate: 0, stale: 0, seq: 1 });
  expect(receipt.rejected).toEqual([
    {
      index: 10,
      event_id: "e_10",
      type: "https://callers360.com/problems/invalid",
      detail: "/duration_s must be a whole number from 0 to 86400.",
      errors: [{ pointer: "/duration_s", detail: "must be a whole number from 0 to 86400." }],
    },
    {
      index: 500,
      event_id: "e_500",
      type: "https://callers360.com/problems/foreign-organisation",
      detail: "/org_id is not the organisation of this key.",
      errors: [{ pointer: "/org_id", detail: "is not the organisation of this key." }],
    },
    {
      index: 999,
      event_id: "e_999",
      type: "https://callers360.com/problems/invalid",
      detail: "/analysis/clarity must be from 0 to 100. /colour is not a known field.",
      errors: [
        { pointer: "/analysis/clarity", detail: "must be from 0 to 100." },
        { pointer: "/colour", detail: "is not a known field." },
      ],
    },
  ]);
  expect(await calls("?limit=1000")).toHaveLength(997);
});

const days = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();

test.each([
  ["a revision beyond 2^31 − 1", { revision: 2 ** 31 }, "/revision"],
  ["revision 0", { revision: 0 }, "/revision"],
  ["a fraction of a revision", { revision: 1.5 }, "/revision"],
  ["an id with a space", { call_id: "c 1" }, "/call_id"],
  ["an id of 129 characters", { call_id: "c".repeat(129) }, "/call_id"],
  ["the reserved team", { team_id: "*" }, "/team_id"],
  ["an emoji for a caller", { caller_id: "🙂" }, "/caller_id"],
  ["no caller", { caller_id: undefined }, "/caller_id"],
  ["a direction that is none", { direction: "up" }, "/direction"],
  ["a status that is none", { status: "busy" }, "/status"],
  ["a time without zone", { started_at: "2026-10-30T10:07:00" }, "/started_at"],
  ["30 February", { started_at: "2026-02-30T10:07:00Z" }, "/started_at"],
  ["the year 0", { started_at: "0000-01-01T00:00:00Z" }, "/started_at"],
  ["the year 9999", { started_at: "9999-12-31T23:59:59Z" }, "/started_at"],
  ["37 months ago", { started_at: days(-37 * 31) }, "/started_at"],
  ["two days ahead", { started_at: days(2) }, "/started_at"],
  ["more than a day long", { duration_s: 86_401 }, "/duration_s"],
  ["a negative duration", { duration_s: -1 }, "/duration_s"],
  ["a score with 3 decimals", { analysis: { volume: 12.345 } }, "/analysis/volume"],
  ["a negative score", { analysis: { proficiency: -1 } }, "/analysis/proficiency"],
  ["a mood that is none", { analysis: { sentiment: "angry" } }, "/analysis/sentiment"],
  ["51 keywords", { analysis: { keywords: Array.from({ length: 51 }, String) } }, "/analysis/keywords"],
  ["a NUL in a keyword", { analysis: { keywords: ["a\0"] } }, "/analysis/keywords/0"],
  ["half a surrogate pair", { analysis: { keywords: ["\ud800"] } }, "/analysis/keywords/0"],
  ["an analysis that is a list", { analysis: [] }, "/analysis"],
  ["an unknown score", { analysis: { speed: 1 } }, "/analysis/speed"],
])("rejected: %s", async (_, change, pointer) => {
  const receipt = await ingest({ ...EVENT, ...change }, { ...EVENT, call_id: "c_2" });
  expect(receipt).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, event_id: "e_1", errors: [{ pointer }] }],
  });
});

test.each([
  ["null", null],
  ["a number", 7],
  ["a list", [[]]],
  ["an event_id that is no id", { ...EVENT, event_id: "x".repeat(10_000) }],
])("rejected without echo: %s", async (_, event) => {
  expect(await ingest(event)).toMatchObject({
    accepted: 0,
    seq: 0,
    rejected: [{ index: 0, event_id: null }],
  });
});

test("what is no object is told so, not that it is missing", async () => {
  const receipt = await ingest("text", { ...EVENT, analysis: "text" });
  expect(receipt).toMatchObject({
    rejected: [
      { index: 0, errors: [{ pointer: "", detail: "must be an object." }] },
      { index: 1, errors: [{ pointer: "/analysis", detail: "must be an object or null." }] },
    ],
  });
});

test("null and missing are the same", async () => {
  const { customer_ref, analysis, ...bare } = EVENT;
  const empty = { clarity: null, proficiency: null, volume: null, sentiment: null, keywords: null };
  const receipt = await ingest(
    { ...bare, call_id: "c_1" },
    { ...bare, call_id: "c_2", customer_ref: null, analysis: null, org_id: null },
    { ...bare, call_id: "c_3", customer_ref: null, analysis: empty, org_id: own.org },
  );
  expect(receipt).toMatchObject({ accepted: 3, rejected: [] });
  for (const call of await calls()) expect(call).toMatchObject({ customer_ref: null, analysis: null });
});

test("NDJSON: byte order mark, CRLF, empty lines, no last newline, a line that is none", async () => {
  const line = (id: string) => JSON.stringify({ ...EVENT, event_id: `e_${id}`, call_id: id });
  const body = `\ufeff${line("a")}\r\n\r\n  \n{"event_id": oops}\n${line("b")}\n\n${line("c")}`;
  const answer = await send(body, "application/x-ndjson; charset=utf-8");
  expect(await answer.json()).toEqual({
    accepted: 3,
    duplicate: 0,
    stale: 0,
    rejected: [
      {
        index: 1,
        event_id: null,
        type: "https://callers360.com/problems/unreadable",
        detail: "This line is not valid JSON in UTF-8.",
        errors: [],
      },
    ],
    seq: 1,
  });
});

test("NDJSON: one line that is not UTF-8 spoils no other", async () => {
  const good = new TextEncoder().encode(`\n${JSON.stringify(EVENT)}`);
  const body = new Uint8Array([0x22, 0xff, 0x22, ...good]);
  expect(await (await send(body, "application/x-ndjson")).json()).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, event_id: null }],
  });
});

test("gzip is unpacked, and its limit holds for what it unpacks to", async () => {
  const gzip = (text: string) =>
    new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  const post = async (text: string) =>
    SELF.fetch(URL_CALLS, {
      method: "POST",
      headers: {
        authorization: `Bearer ${own.keys.ingest}`,
        "content-type": "application/json",
        "content-encoding": "gzip",
      },
      body: await gzip(text),
    });
  expect(await (await post(JSON.stringify({ events: [EVENT] }))).json()).toMatchObject({ accepted: 1 });
  expect((await post(`{"events":[${" ".repeat(3_000_000)}]}`)).status).toBe(413);
});

test.each([
  [
    "1,001 events",
    JSON.stringify({ events: Array.from({ length: 1001 }, () => 0) }),
    "application/json",
    413,
  ],
  ["1,001 lines", "0\n".repeat(1001), "application/x-ndjson", 413],
  ["more than 2 MiB", " ".repeat(2 * 1024 * 1024 + 1), "application/json", 413],
  ["broken JSON", '{"events": [', "application/json", 400],
  ["NaN", '{"events": [NaN]}', "application/json", 400],
  ["a list for a body", "[]", "application/json", 422],
  ["no events", "{}", "application/json", 422],
  ["an unknown field", '{"events": [], "more": 1}', "application/json", 422],
  ["a form", "a=b", "application/x-www-form-urlencoded", 415],
])("refused whole: %s", async (_, body, type, status) => {
  const answer = await send(body, type);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await calls()).toEqual([]);
});

test("nothing to store is an answer too", async () => {
  expect(await ingest()).toEqual({ accepted: 0, duplicate: 0, stale: 0, rejected: [], seq: 0 });
  expect(await (await send("", "application/x-ndjson")).json()).toMatchObject({ accepted: 0, seq: 0 });
});

test("the scopes: calls:write only writes, calls:read only reads, nobody does neither", async () => {
  expect((await send("{}", "application/json", own.keys.read)).status).toBe(403);
  expect((await list("", {}, own.keys.ingest)).status).toBe(403);
  expect((await SELF.fetch(URL_CALLS)).status).toBe(401);
});

test("two organisations with the same ids never meet", async () => {
  const other = await newOrganisation();
  await ingest(EVENT);
  const theirs = { ...EVENT, revision: 7, duration_s: 1 };
  const answer = await send(JSON.stringify({ events: [theirs] }), "application/json", other.keys.ingest);
  expect(await answer.json()).toMatchObject({ accepted: 1, seq: 1 });
  expect(await calls()).toMatchObject([{ revision: 1, duration_s: 60 }]);
  expect(await calls("", other.keys.read)).toMatchObject([{ revision: 7, duration_s: 1 }]);
});

test("requests side by side are all answered for their own events", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      ingest({ ...EVENT, call_id: `c_${index}` }, { ...EVENT, call_id: "shared", revision: 1 }),
    ),
  );
  const sum = (name: string) => answers.reduce((total, answer) => total + Number(answer[name]), 0);
  expect([sum("accepted"), sum("duplicate")]).toEqual([21, 19]);
  expect(await calls()).toHaveLength(21);
});

test("pages: newest first, then by call id, nothing twice and nothing left out", async () => {
  const at = (minute: number) => `2026-10-30T10:0${minute}:00.000Z`;
  const starts: [string, number][] = [
    ["c_b", 1],
    ["c_a", 1],
    ["c_d", 3],
    ["c_c", 1],
    ["c_e", 0],
  ];
  await ingest(...starts.map(([call_id, minute]) => ({ ...EVENT, call_id, started_at: at(minute) })));
  const seen: unknown[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const answer = await list(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    const page = await answer.json<{ calls: Fields[]; next_cursor: string | null }>();
    expect(page.calls.length).toBeLessThanOrEqual(2);
    expect(answer.headers.has("link")).toBe(page.next_cursor !== null);
    seen.push(...page.calls.map((call) => call.call_id));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(["c_d", "c_a", "c_b", "c_c", "c_e"]);
});

test("filters", async () => {
  await ingest(
    EVENT,
    { ...EVENT, call_id: "c_2", team_id: "t_02", status: "missed" },
    { ...EVENT, call_id: "c_3", caller_id: "u_02", started_at: "2026-10-31T00:00:00Z" },
  );
  const ids = async (query: string) => (await calls(query)).map((call) => call.call_id);
  expect(await ids("?team=t_02")).toEqual(["c_2"]);
  expect(await ids("?caller=u_02")).toEqual(["c_3"]);
  expect(await ids("?status=connected")).toEqual(["c_3", "c_1"]);
  expect(await ids("?from=2026-10-30T10:07:00.001Z")).toEqual(["c_3"]);
  expect(await ids("?to=2026-10-31T05:30:00%2B05:30")).toEqual(["c_1", "c_2"]);
});

test.each([
  "?limit=0",
  "?limit=1001",
  "?cursor=nonsense",
  "?status=busy",
  "?from=yesterday",
  "?team=a%20b",
  "?colour=red",
  "?team=t_01&team=t_02",
  "?from=2026-10-31T00:00:00Z&to=2026-10-31T00:00:00Z",
])("an unusable list: %s", async (query) => {
  expect((await list(query)).status).toBe(422);
});

test("CSV gives the same rows, safe in a spreadsheet", async () => {
  const analysis = { ...EVENT.analysis, keywords: ['=HYPERLINK("x")', "ok"] };
  await ingest({ ...EVENT, call_id: "-c_1", analysis }, { ...EVENT, call_id: "c_0", analysis: null });
  const answer = await list("", { accept: "text/csv" });
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(await answer.text()).toBe(
    [
      "call_id,revision,team_id,caller_id,customer_ref,direction,status,started_at,duration_s,clarity,proficiency,volume,sentiment,keywords",
      `"'-c_1",1,t_01,u_01,cust_1,outbound,connected,2026-10-30T10:07:00.000Z,60,83.25,50,0,positive,"'=HYPERLINK(""x""); ok"`,
      "c_0,1,t_01,u_01,cust_1,outbound,connected,2026-10-30T10:07:00.000Z,60,,,,,",
      "",
    ].join("\r\n"),
  );
});

test("the record of an import is kept for whoever may send calls, and names each field that is wrong", async () => {
  const record = {
    import_id: `imp_${crypto.randomUUID()}`,
    sha256: "a".repeat(64),
    confirmed_by: "Meera",
  };
  const keep = (body: unknown, key: string) =>
    SELF.fetch(`${URL_CALLS}/imports`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  expect((await keep(record, own.keys.ingest)).status).toBe(204);
  expect((await keep(record, own.keys.read)).status).toBe(403);
  const bad = await keep(
    { ...record, sha256: "A", confirmed_by: "x\u0007", rows: { rows: -1 } },
    own.keys.ingest,
  );
  expect(bad.status).toBe(422);
  const { errors } = await bad.json<{ errors: { pointer: string }[] }>();
  expect(errors.map(({ pointer }) => pointer)).toEqual(
    expect.arrayContaining(["/sha256", "/confirmed_by", "/rows/rows", "/rows/accepted"]),
  );
});

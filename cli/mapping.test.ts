import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readMapping } from "./calls-file.ts";
import { rowMapper } from "./map-row.ts";
import { columnsOf } from "./mapping.ts";
import { mappingSchema } from "./mapping-schema.ts";

const EXAMPLES = new URL("../docs/mappings/", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "callers360-mapping-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function mappingOf(fields: object): string {
  const path = join(folder, "mapping.json");
  writeFileSync(path, JSON.stringify({ name: "Test", fields }));
  return path;
}

const FIELDS = {
  call_id: { column: "id" },
  team_id: { value: "t_01" },
  caller_id: { column: "agent" },
  direction: { value: "inbound" },
  status: { column: "status", words: { Done: "connected" } },
  started_at: { column: "at", format: "unix_s" },
  duration_s: { column: "s", format: "seconds" },
};

function mapped(fields: object, row: Readonly<Record<string, string>>) {
  const mapping = readMapping(mappingOf({ ...FIELDS, ...fields }));
  const columns = columnsOf(mapping);
  return rowMapper(mapping, columns)(
    columns.map((column) => row[column] ?? ""),
    "line_2",
  );
}

const ROW = { id: "c_1", agent: "u_01", status: " done ", at: "1788220800", s: "30" };

test("a row becomes an event of the contract", () => {
  expect(mapped({}, ROW)).toEqual({
    ok: true,
    event: {
      event_id: "line_2",
      call_id: "c_1",
      revision: 1,
      team_id: "t_01",
      caller_id: "u_01",
      direction: "inbound",
      status: "connected",
      started_at: "2026-09-01T00:00:00.000Z",
      duration_s: 30,
    },
  });
});

test.each([[{ columns: ["id", "at"], as: "hash" }, "AoxHNwYYKb6iTGYDWQOaRw".length]])(
  "a hash of columns is a name that stays: %j",
  (call_id, length) => {
    const first = mapped({ call_id }, ROW);
    expect(first).toEqual(mapped({ call_id }, { ...ROW, s: "31", status: "Done" }).ok ? first : null);
    expect(first.ok && String(first.event.call_id)).toHaveLength(length);
    const other = mapped({ call_id }, { ...ROW, at: "1788220801" });
    expect(other.ok && first.ok && other.event.call_id !== first.event.call_id).toBe(true);
  },
);

test.each([
  ["slug", "Asha D’Souza-Nāik", "asha_d_souza_naik"],
  ["digits", "+91 (98) 000", "9198000"],
  ["text", " u 1 ", "u 1"],
])("as %s: %s is %s", (as, agent, expected) => {
  expect(mapped({ caller_id: { column: "agent", as } }, { ...ROW, agent })).toMatchObject({
    event: { caller_id: expected },
  });
});

test("of several sources the first that gives anything counts", () => {
  const status = [
    { when: { column: "dial", is: ["busy"] }, value: "declined" },
    { column: "status", words: { Done: "connected" }, empty: "missed" },
  ];
  expect(mapped({ status }, { ...ROW, dial: "Busy", status: "?" })).toMatchObject({
    event: { status: "declined" },
  });
  expect(mapped({ status }, { ...ROW, dial: "free", status: "" })).toMatchObject({
    event: { status: "missed" },
  });
});

test("every fault of a row is named, by field, without its value", () => {
  const caller_id = { column: "agent", as: "slug" };
  const fields = { caller_id, revision: { column: "rev" }, clarity: { column: "score" } };
  expect(
    mapped(fields, { id: "", agent: "प्रिया", status: "gone", at: "soon", s: "-3", rev: "x", score: "high" }),
  ).toEqual({
    ok: false,
    faults: [
      { field: "call_id", detail: "is empty." },
      { field: "caller_id", detail: "holds no letter or digit of A to Z to make a name of." },
      { field: "status", detail: "holds a word that the mapping does not know." },
      { field: "started_at", detail: "is not a Unix time." },
      { field: "duration_s", detail: "is not a number of seconds." },
      { field: "revision", detail: "is not a number." },
      { field: "clarity", detail: "is not a number." },
    ],
  });
});

test.each([
  [{ colour: { column: "c" } }, "fields.colour"],
  [{ started_at: { column: "at", format: "ymd" } }, "must name a zone"],
  [{ started_at: { column: "at", format: "ymd", zone: "Mars/Olympus" } }, "is not an IANA time zone"],
  [{ started_at: { column: "at", format: "rfc3339", zone: "UTC" } }, "must name a zone"],
  [{ team_id: { column: "a", value: "b" } }, "exactly one of column, columns and value"],
  [{ team_id: { column: "a", others: "keep" } }, "others without words"],
  [{ duration_s: { column: "s", format: "hours" } }, "fields.duration_s.format"],
  [{ status: undefined }, "fields.status"],
])("a mapping that is not right: %j", (change, reason) => {
  expect(() => readMapping(mappingOf({ ...FIELDS, ...change }))).toThrow(reason);
});

test("the examples are mappings, and the schema beside them is the present one", () => {
  const files = readdirSync(EXAMPLES).filter((name) => name.endsWith(".json"));
  expect(files).toContain("mapping.schema.json");
  for (const name of files.filter((one) => one !== "mapping.schema.json")) {
    expect(readMapping(EXAMPLES + name).name).not.toBe("");
  }
  expect(JSON.parse(readFileSync(`${EXAMPLES}mapping.schema.json`, "utf8"))).toEqual(
    JSON.parse(mappingSchema()),
  );
});

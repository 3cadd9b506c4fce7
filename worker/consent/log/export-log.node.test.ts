import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../db/client.ts";
import { newDatabase, SECRET, type TestDatabase } from "../../ledger/fixtures/test-log.ts";
import { accept, choose, consentIdOf, crowd, newSite } from "../fixtures/crowd.ts";
import { type ConsentLogQuery, coverQuestion, readPart } from "./consent-log.ts";
import { asLines, readFirstPart, streamLog } from "./export-log.ts";

let own: TestDatabase;
beforeAll(async () => {
  own = await newDatabase();
});
afterAll(() => own.close());

const question = (org: string, query: ConsentLogQuery) => coverQuestion(own.database, org, query, SECRET);

test("an export reads only as far ahead as it is taken, and ends where its checkpoint does", async () => {
  const site = await newSite(own.database);
  await crowd(own.database, site, 1250);
  let reads = 0;
  const counting: Database = {
    ...own.database,
    read: (statements) => {
      reads += 1;
      return own.database.read(statements);
    },
  };
  const covered = await question(site.org, {});
  const stream = streamLog(counting, covered, asLines, await readFirstPart(counting, covered, null));
  const reader = stream.getReader();
  const first = await reader.read();
  // Let it read ahead as far as it would.
  await new Promise((resume) => setTimeout(resume, 300));
  expect(reads).toBeLessThanOrEqual(3);
  const late = await choose(own.database, site, accept(site, consentIdOf()));
  expect(late).toMatchObject([{ kind: "recorded", index: 1250 }]);

  let text = new TextDecoder().decode(first.value);
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += new TextDecoder().decode(part.value);
  }
  const indices = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).index);
  expect(indices).toEqual(Array.from({ length: 1250 }, (_, i) => i));
});

test("an export that meets an error breaks off instead of looking whole", async () => {
  const site = await newSite(own.database);
  await crowd(own.database, site, 600);
  const covered = await question(site.org, {});
  const first = await readFirstPart(own.database, covered, null);
  const broken: Database = { ...own.database, read: () => Promise.reject(new Error("gone")) };
  const response = new Response(streamLog(broken, covered, asLines, first));
  await expect(response.text()).rejects.toThrow("gone");
});

test("a rare record is found behind windows of others, and the page before it says that there is more", async () => {
  const site = await newSite(own.database);
  await crowd(own.database, site, 5200);
  const rare = { ...accept(site, consentIdOf()), action: "custom" } as const;
  await choose(own.database, site, rare);
  const covered = await question(site.org, { action: "custom" });
  const part = await readPart(own.database, covered, null, 10);
  expect(part.next).toBeNull();
  expect(part.records.map(({ record }) => record.consent_id)).toEqual([rare.consentId]);
});

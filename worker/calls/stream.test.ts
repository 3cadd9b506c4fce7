import { SELF } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { compareAnswers, linesOf, postStream, STREAM_TOTALS } from "../../tests/calls-stream.ts";
import answers from "../../tests/fixtures/calls/answers.json";
import stream from "../../tests/fixtures/calls/events.ndjson.gz?url&inline";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";

const BASE = "http://callers360.localhost";
const send = (request: Request) => SELF.fetch(request);
let organisation: TestOrganisation;
let lines: string[];

beforeAll(async () => {
  lines = await linesOf(Uint8Array.from(atob(stream.split(",")[1] ?? ""), (c) => c.charCodeAt(0)));
  organisation = await newOrganisation();
});

test("the delivered stream gives the true answers", async () => {
  expect(await postStream({ base: BASE, key: organisation.keys.ingest, send }, lines)).toEqual(STREAM_TOTALS);
  expect(await compareAnswers({ base: BASE, key: organisation.keys.read, send }, answers)).toEqual([]);
});

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareAnswers, linesOf, postStream, STREAM_TOTALS, type TrueAnswer } from "../calls-stream.ts";
import { type Product, startProduct } from "./product.ts";

const FIXTURES = new URL("../fixtures/calls/", import.meta.url);

let product: Product;

beforeAll(async () => {
  product = await startProduct({ args: ["--empty"] });
});

afterAll(() => product.stop());

it("takes the delivered stream and gives its true answers in every zone", async () => {
  const { url, keys, second } = product.start;
  const answers: TrueAnswer[] = JSON.parse(readFileSync(new URL("answers.json", FIXTURES), "utf8"));
  const lines = await linesOf(new Uint8Array(readFileSync(new URL("events.ndjson.gz", FIXTURES))));
  expect(answers).toHaveLength(13);
  expect(await postStream({ base: url, key: keys.ingest }, lines)).toEqual(STREAM_TOTALS);
  expect(await compareAnswers({ base: url, key: keys.read }, answers)).toEqual([]);

  // The same ids in the other organisation are other calls.
  expect(await postStream({ base: url, key: second.keys.ingest }, lines.slice(0, 1000))).toMatchObject({
    rejected: 0,
  });
  expect(await compareAnswers({ base: url, key: keys.read }, answers)).toEqual([]);
});

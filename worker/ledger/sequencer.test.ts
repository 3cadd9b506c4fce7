import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect, it } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { newOrganisation } from "../../tests/workerd/seed.ts";
import { type Env, settingsOf } from "../env.ts";
import { append } from "./append.ts";
import { utf8 } from "./bytes.ts";
import type { Sequencer } from "./sequencer.ts";

const policy = (name: string) => ({ kind: "policy" as const, sha256: sha256(utf8(name)) });

function sequencerOf(log: string) {
  return env.SEQUENCER.get(env.SEQUENCER.idFromName(log));
}

it("gives 100 concurrent appends 100 indices without a gap, in few commits", async () => {
  const { log } = await newOrganisation();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => append(env, log, "open", policy(`${i}`))),
  );
  expect(answers.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, i) => i),
  );
  const [commits] = await openDatabase(settingsOf(env).database).read([
    { sql: "SELECT count(*) AS n FROM log_commit WHERE log = ?1", args: [log] },
  ]);
  expect(commits?.rows[0]?.n).toBeLessThanOrEqual(12);
});

it("goes on where it was after the object was thrown out, and keeps its watermark", async () => {
  const { log } = await newOrganisation();
  await append(env, log, "open", policy("before"));
  await evictDurableObject(sequencerOf(log));
  expect(await append(env, log, "open", policy("after"))).toEqual({ index: 1 });
  expect(await append(env, log, "open", policy("before"))).toEqual({ index: 0 });
  const mark = await runInDurableObject(sequencerOf(log), (_, state) => state.storage.get("watermark"));
  expect(mark).toEqual({ size: 2, root: expect.any(Uint8Array) });
});

it("refuses to go on over a database that went back, also as a new object", async () => {
  const { log } = await newOrganisation();
  await append(env, log, "open", policy("signed"));
  const database = openDatabase(settingsOf(env).database);
  await database.write(
    ["leaf", "tile", "log_commit", "log_head"].map((table) => ({
      sql: `DELETE FROM ${table} WHERE log = ?1`,
      args: [log],
    })),
  );
  await evictDurableObject(sequencerOf(log));
  await expect(append(env, log, "open", policy("another"))).rejects.toMatchObject({
    details: { status: 503, type: "https://callers360.com/problems/log-frozen" },
    headers: { "retry-after": "3600" },
  });
});

/** The environment with a sequencer that fails so often before it answers, after its commit. */
function stumbling(failures: number, mark: string): Env {
  let left = failures;
  const reach = (log: string) => ({
    append: async (rider: string, request: unknown) => {
      const stub = env.SEQUENCER.get(env.SEQUENCER.idFromName(log)) as unknown as Pick<Sequencer, "append">;
      const answer = await stub.append(rider, request);
      left -= 1;
      if (left < 0) return answer;
      throw Object.assign(new Error("from afar"), { [mark]: true });
    },
  });
  return {
    ...env,
    SEQUENCER: { idFromName: (log: string) => log, get: reach } as unknown as Env["SEQUENCER"],
  };
}

it("sends again what an object that was reset may have committed, once: one leaf, or 503", async () => {
  const { log } = await newOrganisation();
  for (const mark of ["durableObjectReset", "retryable"]) {
    expect(await append(stumbling(1, mark), log, "open", policy("same"))).toEqual({ index: 0 });
  }
  const away = { details: { status: 503 }, headers: { "retry-after": "1" } };
  await expect(append(stumbling(2, "retryable"), log, "open", policy("same"))).rejects.toMatchObject(away);
  await expect(append(stumbling(1, "strange"), log, "open", policy("same"))).rejects.toMatchObject(away);
  expect(await append(env, log, "open", policy("next"))).toEqual({ index: 1 });
});

it("answers 503 when the object begins anew in the middle of a request", async () => {
  const { log } = await newOrganisation();
  await append(env, log, "open", policy("before"));
  const answers = Promise.allSettled([append(env, log, "open", policy("under way"))]);
  await runInDurableObject(sequencerOf(log), (_, state) => state.abort("reset by a test")).catch(
    () => undefined,
  );
  for (const answer of await answers) {
    if (answer.status === "rejected") expect(answer.reason).toMatchObject({ details: { status: 503 } });
  }
  expect(await append(env, log, "open", policy("under way"))).toEqual({ index: 1 });
});

it("knows no log that is not in the directory", async () => {
  await expect(append(env, "org_nobody", "open", policy("x"))).rejects.toMatchObject({
    details: { status: 404 },
  });
});

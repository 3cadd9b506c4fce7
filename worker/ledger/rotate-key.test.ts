import { env, SELF } from "cloudflare:test";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { openDatabase, type Statement } from "../../db/client.ts";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";
import { settingsOf } from "../env.ts";
import { append } from "./append.ts";
import { utf8 } from "./bytes.ts";
import { parseVkey } from "./signed-note.ts";
import { openCheckpoint, verifyReceipt } from "./verify-receipt.ts";

const HOST = "http://callers360.localhost";
const DAY_MS = 86_400_000;

async function textOf(path: string): Promise<string> {
  const response = await SELF.fetch(HOST + path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

const add = (log: string, name: string) =>
  append(env, log, "open", { kind: "policy", sha256: sha256(utf8(name)) });

const rotate = ({ log, keys }: TestOrganisation, body: unknown, key = keys.manage) =>
  SELF.fetch(`${HOST}/api/v1/logs/${log}/rotation`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

interface Rotation {
  readonly generation: number;
  readonly vkey: string;
  readonly previous: { readonly vkey: string; readonly signs_until: string };
}

async function rows(statement: Statement): Promise<unknown[]> {
  const [result] = await openDatabase(settingsOf(env).database).write([statement]);
  return (result?.rows ?? []).map((row) => ({ ...row }));
}

/** The sizes under which the keys verify the newest checkpoint; null for a key that did not sign it. */
async function signedBy(log: string, ...vkeys: readonly string[]): Promise<(number | null)[]> {
  const note = await textOf(`/log/${log}/checkpoint`);
  return Promise.all(
    vkeys.map(async (vkey) => {
      try {
        return (await openCheckpoint(note, parseVkey(vkey))).size;
      } catch (error) {
        expect(String(error)).toContain("not signed once by the key");
        return null;
      }
    }),
  );
}

test("both keys sign while they overlap, then the new one alone; what the old one signed stays valid", async () => {
  const organisation = await newOrganisation();
  const { log, org } = organisation;
  await add(log, "one");
  const receipt = Buffer.from(await textOf(`/log/${log}/receipt/0.tlog-proof`));
  const old = await textOf(`/log/${log}/vkey`);

  const begun = Date.now();
  const answer = await rotate(organisation, { overlap_days: 30 });
  expect(answer.status).toBe(201);
  const { generation, vkey, previous } = await answer.json<Rotation>();
  expect([generation, previous.vkey]).toEqual([2, old]);
  expect(Date.parse(previous.signs_until) - begun).toBeGreaterThanOrEqual(30 * DAY_MS);
  expect(Date.parse(previous.signs_until) - begun).toBeLessThan(30 * DAY_MS + 60_000);
  expect(vkey).not.toBe(old);
  expect(await textOf(`/log/${log}/vkey`)).toBe(vkey);

  // The tree did not grow, and is under both signatures at once, the old one where it was.
  expect(await signedBy(log, old, vkey)).toEqual([1, 1]);
  const lines = (await textOf(`/log/${log}/checkpoint`)).split("\n");
  expect(lines).toHaveLength(7);
  expect(`${lines.slice(0, 5).join("\n")}\n`).toBe(receipt.toString().split("\n\n").slice(1).join("\n\n"));
  await add(log, "two");
  expect(await signedBy(log, old, vkey)).toEqual([2, 2]);
  const both = Buffer.from(await textOf(`/log/${log}/receipt/0.tlog-proof`));
  for (const key of [old, vkey]) expect(await verifyReceipt(both, key)).toMatchObject({ verified: true });

  await rows({ sql: "UPDATE log_key SET signs_until = 1 WHERE log = ?1 AND generation = 1", args: [log] });
  await add(log, "three");
  expect(await signedBy(log, old, vkey)).toEqual([null, 3]);
  expect(await verifyReceipt(receipt, old)).toMatchObject({ verified: true });
  expect(await verifyReceipt(receipt, vkey)).toMatchObject({ verified: false });
  expect(await verifyReceipt(receipt, [vkey, old])).toMatchObject({ verified: true });

  const { keys } = JSON.parse(await textOf(`/log/${log}/vkeys`));
  expect(keys).toMatchObject([
    { generation: 1, vkey: old, signs_until: "1970-01-01T00:00:00.001Z" },
    { generation: 2, vkey, signs_until: null },
  ]);
  const page = await textOf(`/log/${log}/verify`);
  expect(page).toContain(`${old}\n${vkey}`);
  expect(await rows({ sql: "SELECT * FROM audit_log WHERE org = ?1", args: [org] })).toMatchObject([
    {
      actor: expect.stringMatching(/^key:/),
      action: "log.rotate_key",
      target: `${log} generation 2`,
    },
  ]);
});

test("a key that others may have stops at once", async () => {
  const organisation = await newOrganisation();
  const old = await textOf(`/log/${organisation.log}/vkey`);
  const answer = await rotate(organisation, { overlap_days: 0 });
  const { vkey } = await answer.json<Rotation>();
  expect(await signedBy(organisation.log, old, vkey)).toEqual([null, 0]);
  await add(organisation.log, "one");
  expect(await signedBy(organisation.log, old, vkey)).toEqual([null, 1]);
});

test("three keys may overlap", async () => {
  const organisation = await newOrganisation();
  const { log } = organisation;
  const first = await textOf(`/log/${log}/vkey`);
  const second = (await (await rotate(organisation, {})).json<Rotation>()).vkey;
  const third = (await (await rotate(organisation, {})).json<Rotation>()).vkey;
  await add(log, "one");
  expect(await signedBy(log, first, second, third)).toEqual([1, 1, 1]);
});

test("only the organisation's managers rotate, and only with a time that makes sense", async () => {
  const [organisation, other] = [await newOrganisation(), await newOrganisation()];
  expect((await rotate(organisation, {}, other.keys.manage)).status).toBe(404);
  expect((await rotate(organisation, {}, organisation.keys.read)).status).toBe(403);
  for (const overlap_days of [-1, 366, 1.5, "30", null]) {
    expect((await rotate(organisation, { overlap_days })).status).toBe(422);
  }
  expect(JSON.parse(await textOf(`/log/${organisation.log}/vkeys`)).keys).toHaveLength(1);
  expect((await SELF.fetch(`${HOST}/log/org_nobody/vkeys`)).status).toBe(404);
});

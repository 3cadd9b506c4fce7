import { env, SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { database, HOST, newSite, type PublishingSite, publish } from "../fixtures/visitor.ts";
import { appendNoticeLeaves } from "./append-notice-leaves.ts";

async function noticesOf(site: PublishingSite) {
  const [found] = await database().read([
    {
      sql: "SELECT notice_hash, published_at, superseded_at, leaf_index FROM notice WHERE site = ?1 ORDER BY published_at",
      args: [site.site],
    },
  ]);
  return found?.rows ?? [];
}

test("one notice is in force; the same again changes nothing; an old one may come back", async () => {
  const site = await newSite();
  const newer = await publish(site, { now: 2e12, name: "Newer" });
  expect(await noticesOf(site)).toMatchObject([
    { notice_hash: site.noticeHash, superseded_at: 2e12 },
    { notice_hash: newer, superseded_at: null, published_at: 2e12 },
  ]);
  await publish(site, { now: 3e12, name: "Newer" });
  expect(await noticesOf(site)).toMatchObject([
    { superseded_at: 2e12 },
    { superseded_at: null, published_at: 2e12 },
  ]);
  await publish(site, { now: 4e12 });
  expect(await noticesOf(site)).toMatchObject([{ superseded_at: null }, { superseded_at: 4e12 }]);
});

test("consent that would live longer than the law of this house allows is not published", async () => {
  const site = await newSite();
  for (const consentDays of [0, 396, 1.5]) {
    await expect(publish(site, { now: Date.now(), consentDays })).rejects.toThrow("consent_days");
  }
});

test("every published notice becomes a leaf with its hash, once", async () => {
  const site = await newSite();
  const newer = await publish(site, { now: Date.now() + 1, name: "Newer" });
  await appendNoticeLeaves(env);
  await appendNoticeLeaves(env);
  const rows = await noticesOf(site);
  const indices = rows.map((row) => Number(row.leaf_index));
  expect(indices.toSorted()).toEqual([0, 1]);
  const checkpoint = await (await SELF.fetch(`${HOST}/log/${site.log}/checkpoint`)).text();
  expect(checkpoint.split("\n")[1]).toBe("2");
  const proof = await (await SELF.fetch(`${HOST}/log/${site.log}/receipt/${indices[1]}.tlog-proof`)).text();
  const leaf = Buffer.from(proof.split("\n")[1]?.slice("extra ".length) ?? "", "base64").toString();
  expect(leaf).toBe(`{"kind":"notice","sha256":"${Buffer.from(newer, "hex").toString("base64")}","v":1}`);
});

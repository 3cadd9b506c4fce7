import { env, SELF } from "cloudflare:test";
import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { newOrganisation } from "../../../tests/workerd/seed.ts";
import { commitsOf, database, HOST, newSite } from "../fixtures/visitor.ts";
import { appendBannerLeaves, logBanner } from "./log-banner.ts";
import { permanentCode } from "./permanent-code.ts";
import { firstLayerCode } from "./tag.ts";

const hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function entryOf(log: string, sha256: string): Promise<number | null> {
  const response = await SELF.fetch(`${HOST}/log/${log}/open/notice/${sha256}`);
  if (response.status === 404) return null;
  return (await response.json<{ index: number }>()).index;
}

/** The bytes under the build's permanent names: what the tag runs, and what that loads. */
async function codeOfBuild(site: string): Promise<Uint8Array[]> {
  const names = [(await firstLayerCode()).code];
  const files: Uint8Array[] = [];
  for (const name of names) {
    const response = await SELF.fetch(`${HOST}/c/${site}/${name}.js`);
    if (response.status === 404) continue;
    const bytes = new Uint8Array(await response.arrayBuffer());
    files.push(bytes);
    for (const [found] of Buffer.from(bytes)
      .toString()
      .matchAll(/[0-9a-f]{32}/g)) {
      if (!names.includes(found)) names.push(found);
    }
  }
  return files;
}

test("a build that is served stands in its site's log, each file once, and the receipt holds it", async () => {
  const site = await newSite();
  expect((await SELF.fetch(`${HOST}/c/${site.site}.js`)).status).toBe(200);
  const files = await codeOfBuild(site.site);
  expect(files.length).toBeGreaterThan(1);
  for (const bytes of files) {
    const index = await vi.waitFor(async () => {
      const found = await entryOf(site.log, hex(bytes));
      expect(found).not.toBeNull();
      return found;
    }, 5000);
    const receipt = await (await SELF.fetch(`${HOST}/log/${site.log}/receipt/${index}.tlog-proof`)).text();
    const base64 = createHash("sha256").update(bytes).digest("base64");
    const leaf = Buffer.from(`{"kind":"notice","sha256":"${base64}","v":1}`).toString("base64");
    expect(receipt.split("\n")[1]).toBe(`extra ${leaf}`);
  }
  const before = await commitsOf(site);
  await logBanner(env, site.site);
  await appendBannerLeaves(env);
  expect(await commitsOf(site)).toBe(before);
});

test("the schedule shows the build in the log of every site that has something published", async () => {
  const [site, silent] = [await newSite(), await newOrganisation()];
  await appendBannerLeaves(env);
  const { code } = await firstLayerCode();
  const script = await permanentCode(database(), code);
  expect(await entryOf(site.log, hex(script?.identity ?? new Uint8Array()))).not.toBeNull();
  expect(await entryOf(silent.log, hex(script?.identity ?? new Uint8Array()))).toBeNull();
});

test("a log names its sites, and answers for no entry that is not open or not there", async () => {
  const site = await newSite();
  const sites = await SELF.fetch(`${HOST}/log/${site.log}/sites`);
  expect(await sites.json()).toEqual({ sites: [site.site] });
  for (const path of [
    "/log/org_nobody/sites",
    `/log/${site.log}/open/notice/${"0".repeat(64)}`,
    `/log/org_nobody/open/policy/${"0".repeat(64)}`,
    `/log/${site.log}/open/consent/${"0".repeat(64)}`,
    `/log/${site.log}/open/notice/${"A".repeat(64)}`,
    `/log/${site.log}/open/notice/00`,
  ]) {
    const response = await SELF.fetch(HOST + path);
    expect([path, response.status]).toEqual([path, 404]);
  }
});

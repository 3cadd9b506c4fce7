import { SELF } from "cloudflare:test";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { database, HOST, newSite, POLICY_VERSION, problemOf, publish } from "../fixtures/visitor.ts";
import { wishesOf } from "./tag.ts";

const get = (path: string, headers: Record<string, string> = {}) => SELF.fetch(HOST + path, { headers });
const sha256 = async (bytes: BufferSource) =>
  Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");

/** RFC 8785 for what JSON.parse gives with ASCII keys, written from the RFC and not from the product. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

interface Published {
  readonly site: string;
  readonly policy_version: string;
  readonly notice: { readonly site_name: string };
  readonly notice_hash: string;
}

test("what is published names the SHA-256 of its notice's RFC 8785 form", async () => {
  const site = await newSite();
  const response = await get(`/c/${site.site}.json`);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const published = await response.json<Published>();
  expect(Object.keys(published).sort()).toEqual(["notice", "notice_hash", "policy_version", "site"]);
  expect(published).toMatchObject({ site: site.site, policy_version: POLICY_VERSION });
  expect(published.notice_hash).toBe(await sha256(Buffer.from(canonical(published.notice))));
  expect(published.notice_hash).toBe(site.noticeHash);
});

test("the tag is one script with the notice's hash in it", async () => {
  const site = await newSite();
  const response = await get(`/c/${site.site}.js`, { "accept-encoding": "identity" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("cache-control")).toBe("public, max-age=60, no-transform");
  const code = await response.text();
  expect(code).toContain(site.noticeHash);
  expect(code).not.toContain("__C360_CONFIGURATION__");
});

test("brotli and identity have each a strong ETag, and both give 304", async () => {
  const site = await newSite();
  const etags: (string | null)[] = [];
  for (const encoding of ["br", "gzip, deflate", "br;q=0"]) {
    const response = await get(`/c/${site.site}.js`, { "accept-encoding": encoding });
    expect(response.headers.get("content-encoding")).toBe(encoding === "br" ? "br" : null);
    const etag = response.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    etags.push(etag);
    await response.arrayBuffer();
    const again = await get(`/c/${site.site}.js`, {
      "accept-encoding": encoding,
      "if-none-match": `"x", W/${etag}`,
    });
    expect(again.status).toBe(304);
    expect(again.headers.get("etag")).toBe(etag);
  }
  expect(etags[0]).not.toBe(etags[1]);
  expect(etags[1]).toBe(etags[2]);
});

test("what is published has final bytes too: brotli or not, each with a strong ETag", async () => {
  const site = await newSite();
  const path = `${HOST}/c/${site.site}.json`;
  const packed = await SELF.fetch(path, {
    headers: { "accept-encoding": "br" },
    encodeResponseBody: "manual",
  });
  expect(packed.headers.get("content-encoding")).toBe("br");
  expect(packed.headers.get("cache-control")).toBe("public, max-age=60, no-transform");
  expect(packed.headers.get("vary")).toBe("Accept-Encoding");
  const text = brotliDecompressSync(new Uint8Array(await packed.arrayBuffer())).toString();
  const plain = await get(`/c/${site.site}.json`, { "accept-encoding": "identity" });
  expect(plain.headers.get("content-type")).toBe("application/json");
  expect(await plain.text()).toBe(text);
  const etags = [packed, plain].map(({ headers }) => headers.get("etag") ?? "");
  expect(new Set(etags).size).toBe(2);
  const again = await get(`/c/${site.site}.json`, {
    "accept-encoding": "br",
    "if-none-match": etags[0] ?? "",
  });
  expect(again.status).toBe(304);
  const [stored] = await database().read([
    { sql: "SELECT form, brotli FROM compressed WHERE site = ?1", args: [site.site] },
  ]);
  const [row] = stored?.rows ?? [];
  expect(row?.form).toBe("json");
  expect(
    brotliDecompressSync(row?.brotli instanceof ArrayBuffer ? new Uint8Array(row.brotli) : "").toString(),
  ).toBe(text);
});

test("another notice is another script under another ETag", async () => {
  const site = await newSite();
  const first = await get(`/c/${site.site}.js`);
  await publish(site, { now: Date.now(), name: "Renamed" });
  const second = await get(`/c/${site.site}.js`, { "if-none-match": first.headers.get("etag") ?? "" });
  expect(second.status).toBe(200);
  expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
  expect((await (await get(`/c/${site.site}.json`)).json<Published>()).notice.site_name).toBe("Renamed");
  await Promise.all([first.arrayBuffer(), second.arrayBuffer()]);
});

test("the code-only form is permanent and named by its own hash", async () => {
  const site = await newSite();
  const tag = await (await get(`/c/${site.site}.js`, { "accept-encoding": "identity" })).text();
  // The tag names the second layer, which it loads from beside itself.
  const named = /\b([0-9a-f]{32})\b/.exec(tag)?.[1];
  const response = await get(`/c/${site.site}/${named}.js`, { "accept-encoding": "identity" });
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable, no-transform");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect((await sha256(await response.arrayBuffer())).slice(0, 32)).toBe(named);
  const unknown = await get(`/c/${site.site}/${"0".repeat(32)}.js`);
  expect(await problemOf(unknown)).toEqual([404, "not-found", []]);
});

test("a build that was served once is served for ever, whatever runs now", async () => {
  const code = "console.log('an earlier build')";
  const name = (await sha256(Buffer.from(code))).slice(0, 32);
  await database().write([
    {
      sql: "INSERT INTO banner_build (name, brotli) VALUES (?1, ?2)",
      args: [name, brotliCompressSync(code)],
    },
  ]);
  const response = await get(`/c/site_any/${name}.js`, { "accept-encoding": "identity" });
  expect(await response.text()).toBe(code);

  const site = await newSite();
  const tag = await (await get(`/c/${site.site}.js`, { "accept-encoding": "identity" })).text();
  const named = /\b([0-9a-f]{32})\b/.exec(tag)?.[1] ?? "";
  await (await get(`/c/${site.site}/${named}.js`)).arrayBuffer();
  const [kept] = await database().read([
    { sql: "SELECT 1 FROM banner_build WHERE name = ?1", args: [named] },
  ]);
  expect(kept?.rows).toHaveLength(1);
});

test("a site without a notice, and one that is none, are 404 that any page may read", async () => {
  for (const path of ["/c/site_none.js", "/c/site_none.json"]) {
    const response = await get(path);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await problemOf(response)).toEqual([404, "not-found", []]);
  }
  const site = await newSite();
  expect(await problemOf(await get(`/c/${site.site}.js?x=1`))).toEqual([422, "invalid", ["x"]]);
});

test("the bytes on the wire are brotli of the script", async () => {
  const site = await newSite();
  const response = await SELF.fetch(`${HOST}/c/${site.site}.js`, {
    headers: { "accept-encoding": "br" },
    // As they come, not unpacked by the client.
    encodeResponseBody: "manual",
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const plain = await (await get(`/c/${site.site}.js`, { "accept-encoding": "identity" })).text();
  expect(new TextDecoder().decode(brotliDecompressSync(bytes))).toBe(plain);
  expect(bytes.byteLength).toBeLessThanOrEqual(6500);
});

test.each([
  [undefined, []],
  ["", []],
  ["hi-IN,hi;q=0.9,en;q=0.8", ["hi-IN", "hi", "en"]],
  ["en;q=0.1, kok , mr;q=0.5, *;q=0.01, x;q=0, de;q=nonsense", ["kok", "mr", "en"]],
])("Accept-Language %j", (header, wishes) => {
  expect(wishesOf(header)).toEqual(wishes);
});

test("any page may read every answer under /c/, refusals included", async () => {
  const { site } = await newSite();
  for (const [method, path, status] of [
    ["GET", `/c/${site}.js`, 200],
    ["GET", `/c/${site}.js?v=2`, 422],
    ["GET", "/c/site_none.json", 404],
    ["GET", `/c/${site}`, 404],
    ["GET", `/c/${site}/none.js`, 404],
    ["POST", `/c/${site}.js`, 405],
    ["PUT", `/c/${site}.json`, 405],
  ] as const) {
    const response = await SELF.fetch(HOST + path, { method });
    await response.arrayBuffer();
    expect([path, response.status, response.headers.get("access-control-allow-origin")]).toEqual([
      path,
      status,
      "*",
    ]);
    expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  }
});

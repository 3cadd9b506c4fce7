import { Hono } from "hono";
import * as v from "valibot";
import { actorOf } from "../accounts/audit.ts";
import { allow, PUBLIC, principalOf } from "../http/access.ts";
import { readableByAnyOrigin } from "../http/any-origin.ts";
import type { AppContext, AppEnv } from "../http/app-env.ts";
import { describe } from "../http/describe.ts";
import { formatInstant } from "../http/fields.ts";
import { parseJson, parseQuery } from "../http/parse.ts";
import { notFound } from "../http/problem.ts";
import { decodeHex } from "./bytes.ts";
import { parseDecimal } from "./decimal.ts";
import { findOpenEntry, readCheckpoint, readReceipt, readTileFile, readVkey, readVkeys } from "./read-log.ts";
import { parseTilePath } from "./tile-path.ts";
import { TILE_WIDTH } from "./tiles.ts";

/** The public face of the logs: C2SP tlog-tiles, and receipts as tlog-proof. */
export const ledgerRoutes = new Hono<AppEnv>();

const TEXT = "text/plain; charset=utf-8";
/** A full tile never changes. */
const IMMUTABLE = "public, max-age=31536000, immutable";
/** Nor does a partial one, but soon nobody asks for it any more. */
const A_DAY = "public, max-age=86400";

ledgerRoutes.use("/log/*", readableByAnyOrigin, async (c, next) => {
  // Addresses are canonical: another spelling of one is another address, and there is nothing there.
  if (new URL(c.req.url).pathname.includes("%")) throw notFound();
  await next();
});

const NO_QUERY = v.strictObject({});

ledgerRoutes.get(
  "/log/:log/checkpoint",
  allow(PUBLIC),
  describe({
    summary: "The log's newest signed checkpoint",
    description: "C2SP tlog-checkpoint in a signed note. An empty log has one of size 0.",
    tag: "Ledger",
    query: NO_QUERY,
    answers: { 200: { description: "The signed checkpoint", media: TEXT } },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const checkpoint = await readCheckpoint(c.get("database"), c.req.param("log"), secretOf(c));
    return text(c, checkpoint, "no-store");
  },
);

ledgerRoutes.get(
  "/log/:log/vkey",
  allow(PUBLIC),
  describe({
    summary: "The key that verifies the log's checkpoints",
    description: "C2SP signed-note vkey. Keep the one you were given: a log cannot vouch for its own key.",
    tag: "Ledger",
    query: NO_QUERY,
    answers: { 200: { description: "The verification key", media: TEXT } },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    return text(c, await readVkey(c.get("database"), c.req.param("log"), secretOf(c)), "no-store");
  },
);

ledgerRoutes.get(
  "/log/:log/vkeys",
  allow(PUBLIC),
  describe({
    summary: "Every key that the log ever had",
    description:
      "The oldest first. What a key signed stays valid for ever; until signs_until it signs beside the key after it. Keep the key you were given: a log cannot vouch for its own, but a checkpoint with both signatures shows that the holder of the old key accepts the new one.",
    tag: "Ledger",
    query: NO_QUERY,
    answers: {
      200: {
        description: "The keys",
        json: v.object({
          keys: v.array(
            v.object({
              generation: v.number(),
              vkey: v.string(),
              signs_from: v.string(),
              signs_until: v.nullable(v.string()),
            }),
          ),
        }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const keys = await readVkeys(c.get("database"), c.req.param("log"), secretOf(c));
    if (keys.length === 0) throw notFound("log");
    c.header("cache-control", "no-store");
    return c.json({
      keys: keys.map(({ generation, vkey, signsFrom, signsUntil }) => ({
        generation,
        vkey,
        signs_from: formatInstant(signsFrom),
        signs_until: signsUntil === null ? null : formatInstant(signsUntil),
      })),
    });
  },
);

const RotationBody = v.strictObject({
  overlap_days: v.optional(
    v.pipe(
      v.number("must be a whole number from 0 to 365."),
      v.integer("must be a whole number from 0 to 365."),
      v.minValue(0, "must be a whole number from 0 to 365."),
      v.maxValue(365, "must be a whole number from 0 to 365."),
    ),
    90,
  ),
});
const DAY_MS = 86_400_000;

ledgerRoutes.post(
  "/api/v1/logs/:log/rotation",
  allow({ kind: "scope", scope: "manage", memberWrites: true }),
  describe({
    summary: "Give the log its next key",
    description:
      "For overlap_days (90) every checkpoint carries the signatures of both keys, then of the new one alone. 0 is for a key that others may have. Receipts that the old key signed stay valid for ever.",
    tag: "Ledger",
    query: NO_QUERY,
    body: { schema: RotationBody, media: ["application/json"] },
    answers: {
      201: {
        description: "Rotated; the newest checkpoint is signed again already",
        json: v.object({
          generation: v.number(),
          vkey: v.string(),
          previous: v.object({ generation: v.number(), vkey: v.string(), signs_until: v.string() }),
        }),
      },
    },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const { overlap_days } = await parseJson(c, RotationBody, { maxBytes: 1024 });
    const principal = principalOf(c);
    const { rotateLogKey } = await import("./rotate-key.ts");
    const { generation, vkey, previous } = await rotateLogKey(c.get("database"), secretOf(c), {
      org: principal.org,
      log: c.req.param("log"),
      overlapMs: overlap_days * DAY_MS,
      now: Date.now(),
      actor: actorOf(principal),
    });
    const { signsUntil, ...before } = previous;
    return c.json({ generation, vkey, previous: { ...before, signs_until: formatInstant(signsUntil) } }, 201);
  },
);

ledgerRoutes.get(
  "/log/:log/tile/*",
  allow(PUBLIC),
  describe({
    summary: "A tile of the log's tree, or a bundle of its entries",
    description:
      "C2SP tlog-tiles: `tile/{L}/{N}[.p/{W}]` and `tile/entries/{N}[.p/{W}]`, with N as `x001/x234/067`.",
    tag: "Ledger",
    query: NO_QUERY,
    answers: { 200: { description: "Hashes or entries", media: "application/octet-stream" } },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const address = parseTilePath(new URL(c.req.url).pathname.split("/").slice(3).join("/"));
    if (address === null) throw notFound("tile");
    const file = await readTileFile(c.get("database"), c.req.param("log"), address);
    if (file === null) throw notFound("tile");
    return c.body(new Uint8Array(file), 200, {
      "content-type": "application/octet-stream",
      "cache-control": address.width === TILE_WIDTH ? IMMUTABLE : A_DAY,
    });
  },
);

ledgerRoutes.get(
  "/log/:log/receipt/:file",
  allow(PUBLIC),
  describe({
    summary: "The receipt of an entry",
    description:
      "`{index}.tlog-proof`: C2SP tlog-proof with the entry as `extra`, against the newest checkpoint.",
    tag: "Ledger",
    query: NO_QUERY,
    answers: { 200: { description: "The receipt", media: TEXT } },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const { log, file } = c.req.param();
    const index = parseDecimal(/^([0-9]+)\.tlog-proof$/.exec(file)?.[1] ?? "");
    if (index === null) throw notFound("receipt");
    const receipt = await readReceipt(c.get("database"), log, index);
    c.header("content-disposition", `attachment; filename="receipt-${index}.tlog-proof"`);
    return text(c, receipt, "no-store");
  },
);

ledgerRoutes.get(
  "/log/:log/open/:kind{policy|notice}/:sha256{[0-9a-f]{64}}",
  allow(PUBLIC),
  describe({
    summary: "Where a policy version, a notice or a file of the banner stands in the log, by its SHA-256",
    tag: "Ledger",
    query: NO_QUERY,
    answers: {
      200: { description: "Its index: the receipt proves it", json: v.object({ index: v.number() }) },
    },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const { log, kind, sha256 } = c.req.param();
    const index = await findOpenEntry(c.get("database"), log, {
      kind: kind === "policy" ? "policy" : "notice",
      sha256: decodeHex(sha256),
    });
    if (index === null) throw notFound("entry");
    return c.json({ index }, 200, { "cache-control": "no-store" });
  },
);

ledgerRoutes.get(
  "/log/:log/sites",
  allow(PUBLIC),
  describe({
    summary: "The sites that write into the log and show a notice",
    description:
      "For monitors, which look at what the sites' tags serve. Their ids stand in the pages anyway.",
    tag: "Ledger",
    query: NO_QUERY,
    answers: { 200: { description: "Ids", json: v.object({ sites: v.array(v.string()) }) } },
  }),
  async (c) => {
    parseQuery(c, NO_QUERY);
    const { sitesOfLog } = await import("../consent/tag/sites-of-log.ts");
    const sites = await sitesOfLog(c.get("database"), c.req.param("log"));
    if (sites.length === 0) throw notFound("log with a site");
    return c.json({ sites }, 200, { "cache-control": "no-store" });
  },
);

ledgerRoutes.get(
  "/log/:log/verify",
  allow(PUBLIC),
  describe({
    summary: "A page that checks a receipt in the browser",
    tag: "Pages",
    answers: { 200: { description: "HTML", media: "text/html" } },
  }),
  async (c) => {
    const keys = await readVkeys(c.get("database"), c.req.param("log"), secretOf(c));
    if (keys.length === 0) throw notFound("log");
    c.header("cache-control", "no-store");
    const { verifyPage } = await import("./verify-page.ts");
    return c.html(verifyPage(keys.map(({ vkey }) => vkey)));
  },
);

function secretOf(c: AppContext): string {
  return c.get("settings").ledgerSecret;
}

function text(c: AppContext, body: string | null, cacheControl: string): Response {
  if (body === null) throw notFound();
  return c.body(body, 200, { "content-type": TEXT, "cache-control": cacheControl });
}

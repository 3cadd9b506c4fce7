import { SELF } from "cloudflare:test";
import { expect, test } from "vitest";
import { demoNotice } from "../../../consent-banner/demo-notice.ts";
import { parseVkey } from "../../ledger/signed-note.ts";
import { vkeyOf } from "../../ledger/signing-key.ts";
import { openCheckpoint } from "../../ledger/verify-receipt.ts";
import {
  ALL,
  ANALYTICS,
  choiceOf,
  choose,
  HOST,
  NONE,
  newSite,
  newVisitor,
  type PublishingSite,
  postChoice,
  problemOf,
  publish,
  type Recorded,
} from "../fixtures/visitor.ts";

/** As `vitest.config.ts` gives it to the worker. */
const LEDGER_SECRET = "dGVzdHMgb25seTogMzIgYnl0ZXMgb2Ygc2VjcmV0ISE=";

interface Page {
  readonly records: Recorded[];
  readonly next_cursor: string | null;
}

const ask = (site: PublishingSite, query: string, accept = "application/json") =>
  SELF.fetch(`${HOST}/api/v1/consent-log${query}`, {
    headers: { authorization: `Bearer ${site.keys.read}`, accept },
  });

test("the organisation reads its records page by page, in the order of the log", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const made: Recorded[] = [];
  for (let i = 0; i < 5; i += 1) made.push(await choose(site, newVisitor(), "accept_all", ALL, 1));
  await choose(other, newVisitor(), "accept_all", ALL, 1);

  const seen: Recorded[] = [];
  let cursor = "";
  for (let page = 0; page < 3; page += 1) {
    const response = await ask(site, `?site=${site.site}&limit=2${cursor}`);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const { records, next_cursor } = await response.json<Page>();
    seen.push(...records);
    expect(next_cursor === null).toBe(page === 2);
    cursor = `&cursor=${next_cursor}`;
  }
  expect(seen).toEqual(made.map(({ index, record, salt, receipt }) => ({ index, record, salt, receipt })));
});

test("from is inclusive, to exclusive", async () => {
  const site = await newSite();
  const { record } = await choose(site, newVisitor(), "accept_all", ALL, 1);
  const at = Date.parse(String(record.at));
  const count = async (from: number, to: number) => {
    const query = `?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    return (await (await ask(site, query)).json<Page>()).records.length;
  };
  expect([await count(at, at + 1), await count(at - 1, at), await count(at + 1, at + 2)]).toEqual([1, 0, 0]);
  expect(await problemOf(await ask(site, `?from=${record.at}&to=${record.at}`))).toEqual([
    422,
    "invalid",
    ["to"],
  ]);
  expect(await problemOf(await ask(site, "?cursor=x&page=2"))).toEqual([422, "invalid", ["cursor", "page"]]);
});

test("another organisation's site is 404; a key without the scope 403", async () => {
  const [site, other] = [await newSite(), await newSite()];
  expect((await ask(site, `?site=${other.site}`)).status).toBe(404);
  const managing = { headers: { authorization: `Bearer ${site.keys.manage}` } };
  expect((await SELF.fetch(`${HOST}/api/v1/consent-log`, managing)).status).toBe(403);
  expect((await SELF.fetch(`${HOST}/api/v1/consent-log`)).status).toBe(401);
});

test("the same as lines and as CSV", async () => {
  const site = await newSite();
  const made = [
    await choose(site, newVisitor(), "accept_all", ALL, 1),
    await choose(site, newVisitor(), "accept_all", ALL, 1),
  ];
  const lines = await ask(site, "?limit=1", "application/x-ndjson");
  expect(lines.headers.get("content-type")).toBe("application/x-ndjson");
  expect(JSON.parse(await lines.text())).toMatchObject({ index: made[0]?.index, record: made[0]?.record });
  const next = /^<(.+)>; rel="next"$/.exec(lines.headers.get("link") ?? "")?.[1];
  const csv = await SELF.fetch(HOST + next, {
    headers: { authorization: `Bearer ${site.keys.read}`, accept: "text/csv" },
  });
  expect(csv.headers.get("link")).toBeNull();
  const [head, row] = (await csv.text()).split("\r\n");
  expect(head).toBe(
    "index,at,site,consent_id,action,choice,preferences,analytics,marketing,policy_version,notice_hash,language,gpc,country,prev,salt,receipt",
  );
  const second = made[1];
  expect(row).toBe(
    `${second?.index},${second?.record.at},${site.site},${second?.consent_id},accept_all,1,true,true,true,2025-10-26,` +
      `${site.noticeHash},en,false,,,${second?.salt},${second?.receipt}`,
  );
});

test("by action, policy version, and by one person only with their consent id", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const [one, two] = [newVisitor(), newVisitor()];
  const first = await choose(site, one, "accept_all", ALL, 1);
  const noticeHash = await publish(site, { now: Date.now(), policyVersion: "2026-01-31" });
  const later = {
    ...choiceOf({ ...site, noticeHash }, two, "reject_all", NONE, 1),
    policy_version: "2026-01-31",
  };
  expect((await postChoice(site, later)).status).toBe(201);
  const withdrawn = await choose(site, one, "withdraw", NONE, 2);
  await choose(other, one, "accept_all", ALL, 1);

  const indices = async (query: string) =>
    (await (await ask(site, query)).json<Page>()).records.map(({ index }) => index);
  expect(await indices("?action=withdraw")).toEqual([withdrawn.index]);
  expect(await indices("?policy_version=2026-01-31")).toEqual([first.index + 1]);
  expect(await indices("?policy_version=2025-10-26&action=accept_all")).toEqual([first.index]);
  expect(await indices(`?consent_id=${one.consent_id}`)).toEqual([first.index, withdrawn.index]);
  expect(await indices(`?consent_id=${newVisitor().consent_id}`)).toEqual([]);
  expect(await problemOf(await ask(site, "?action=agree&consent_id=cns_x"))).toEqual([
    422,
    "invalid",
    ["action", "consent_id"],
  ]);
});

test("every form is covered by the signed checkpoint that it carries", async () => {
  const site = await newSite();
  const made = [
    await choose(site, newVisitor(), "accept_all", ALL, 1),
    await choose(site, newVisitor(), "accept_all", ALL, 1),
  ];
  const key = parseVkey(await vkeyOf(LEDGER_SECRET, `callers360.localhost/log/${site.log}`, 1));
  for (const format of ["json", "ndjson", "csv", "iso27560"]) {
    const response = await ask(site, `?format=${format}`, "*/*");
    const header = Buffer.from(response.headers.get("c360-checkpoint") ?? "", "base64").toString();
    const { size } = await openCheckpoint(header, key);
    expect(size).toBeGreaterThan(made[1]?.index ?? Number.NaN);
    const body = await response.text();
    if (format === "json" || format === "iso27560") expect(JSON.parse(body).checkpoint).toBe(header);
    for (const { consent_id } of made) expect(body).toContain(consent_id);
  }
});

test("receipts by ISO/IEC TS 27560 say what was given and what not, in the words that were shown", async () => {
  const site = await newSite();
  const visitor = newVisitor();
  const { index, record, salt } = await choose(site, visitor, "custom", ANALYTICS, 1);
  const response = await ask(site, "", "application/vnd.callers360.iso27560+json");
  expect(response.headers.get("content-type")).toBe("application/vnd.callers360.iso27560+json");
  expect(await response.json()).toMatchObject({
    schema_version: "ISO/IEC TS 27560:2023",
    next_cursor: null,
    receipts: [
      {
        receipt_metadata: {
          receipt_id: `https://callers360.localhost/log/${site.log}/receipt/${index}.tlog-proof`,
        },
        consent_record: {
          header: { record_id: `${site.log}/${index}`, pii_principal_id: visitor.consent_id },
          pii_processing: {
            privacy_notice: { notice_hash: site.noticeHash, policy_version: "2025-10-26" },
            language: "en",
            purposes: [
              { purpose_type: "preferences" },
              {
                purpose_type: "analytics",
                lawful_basis: "consent",
                retention_period: "P90D",
                pii_information: demoNotice.texts.en?.purposes.analytics.data_items.map((pii_type) => ({
                  pii_type,
                })),
                recipient_third_parties: ["visits", "heatmap"],
              },
              { purpose_type: "marketing" },
            ],
          },
          events: [
            {
              event_time: record.at,
              validity_duration: "P180D",
              event_state: "given",
              purposes: ["analytics"],
            },
            { event_state: "refused", purposes: ["preferences", "marketing"] },
          ],
        },
        proof: { index, record, salt },
      },
    ],
  });
});

test("one record with the notice as it was shown, by its place in the log", async () => {
  const [site, other] = [await newSite(), await newSite()];
  const visitor = newVisitor();
  const { index, record, salt, receipt } = await choose(site, visitor, "accept_all", ALL, 1);
  const evidence = (of: PublishingSite, path: string) =>
    SELF.fetch(`${HOST}/api/v1/consent-log/${path}`, {
      headers: { authorization: `Bearer ${of.keys.read}` },
    });
  const shown = await (await evidence(site, String(index))).json<Record<string, unknown>>();
  expect(shown).toMatchObject({
    index,
    record,
    salt,
    receipt,
    log: site.log,
    vkey: await vkeyOf(LEDGER_SECRET, `callers360.localhost/log/${site.log}`, 1),
    notice: { document: demoNotice, superseded_at: null },
    policy: null,
  });
  for (const path of [String(index + 1), `0${index}`, "-1", "1e3", "9".repeat(40)]) {
    expect((await evidence(site, path)).status, path).toBe(404);
  }
  expect((await evidence(other, String(index))).status).toBe(404);
  await SELF.fetch(`${HOST}/api/v1/consent/${site.site}/${visitor.consent_id}`, {
    method: "DELETE",
    headers: { authorization: `Consent ${visitor.secret}` },
  });
  expect((await evidence(site, String(index))).status).toBe(410);
});

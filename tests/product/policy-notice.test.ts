import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import PostalMime, { type Email } from "postal-mime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { hashPassword } from "../../worker/accounts/password.ts";
import { memberStatements } from "../../worker/accounts/seed.ts";
import { openBrowser } from "./browser.ts";
import { type Product, startProduct } from "./product.ts";

/**
 * The promise of the policy, kept from one end to the other, with a browser and the start's own mail server:
 * who asks to be told is told, reads what changes, and everything turns at one instant.
 */
const READER = "asha@reader.example";
const OWNER = { email: "owner@callers360.example", password: "correct horse battery staple" };
const VERSION = "2026-12-01";
const REASON = "A court orders us to name who stores recordings.";
/** The least that a court can order is 60 s; the steps until then need some of it. */
const NOTICE_MS = 75_000;

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ args: ["--empty"] }), openBrowser()]);
  const address: { url: string; token: string } = JSON.parse(
    readFileSync(join(product.dataFolder, "database.json"), "utf8"),
  );
  await openDatabase(address).write(
    memberStatements({
      org: product.start.org,
      userId: "usr_owner",
      name: "Asha Naik",
      email: OWNER.email,
      passwordHash: await hashPassword(OWNER.password),
      role: "owner",
      now: Date.now(),
    }),
  );
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
});

afterAll(async () => {
  await browser.close();
  await product.stop();
});

const own = (path: string) => product.start.url + path;
const inbox = (path: string) => new URL(path, product.start.pages.inbox).href;

/** The newest mail to the reader whose subject says this, once it has come. */
async function mailAbout(subject: string): Promise<{ id: string; mail: Email }> {
  let id: string | undefined;
  await expect
    .poll(
      async () => {
        const mails: { id: string; to: string; subject: string }[] = await fetch(
          inbox("/inbox/mails.json"),
        ).then((r) => r.json());
        id = mails.find((one) => String(one.to).includes(READER) && one.subject.includes(subject))?.id;
        return id;
      },
      { timeout: 20_000 },
    )
    .toBeDefined();
  const bytes = await fetch(inbox(`/inbox/${id}.eml`)).then((r) => r.arrayBuffer());
  return { id: id ?? "", mail: await PostalMime.parse(bytes) };
}

async function signIn({ email, password }: { email: string; password: string }): Promise<string> {
  const answer = await fetch(own("/api/auth/sign-in/email"), {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.start.url },
    body: JSON.stringify({ email, password }),
  });
  expect(answer.status).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function asOwner(cookie: string, method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(own(`/api/v1/policies/privacy/${VERSION}${path}`), {
    method,
    headers: { cookie, origin: product.start.url, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([200, 201], await answer.clone().text()).toContain(answer.status);
}

/** What everybody is shown of the policy at one moment. */
async function everywhere() {
  const [current, published, history, atom] = await Promise.all([
    fetch(own("/privacy.json")).then((r): Promise<{ version: string }> => r.json()),
    fetch(own(`/c/${product.start.site}.json`)).then(
      (r): Promise<{ policy_version: string; notice: { revision: number } }> => r.json(),
    ),
    fetch(own("/privacy/history.json")).then(
      (r): Promise<{ versions: { version: string; status: string }[] }> => r.json(),
    ),
    fetch(own("/privacy/feed.atom")).then((r) => r.text()),
  ]);
  return {
    page: current.version,
    banner: published.policy_version,
    revision: published.notice.revision,
    history: history.versions.find(({ status }) => status === "in_force")?.version,
    inFeed: atom.includes(`/privacy/${VERSION}</id>`),
  };
}

it("tells who asked, turns at its instant everywhere, and lets go with one click", async () => {
  // Right after the start the demo's coming change is everywhere already.
  await page.goto(own("/privacy"));
  await page.getByRole("complementary", { name: "Coming change" }).waitFor();
  expect(await fetch(own("/privacy/feed.json")).then((r) => r.text())).toContain("2026-11-23");

  // Subscribe, from the page, without script.
  await page.getByRole("link", { name: "by e-mail before they take effect" }).click();
  await page.getByLabel("E-mail").fill(READER);
  await page.getByRole("button", { name: "Subscribe" }).click();
  await page.getByRole("heading", { name: "Look into your mailbox" }).waitFor();

  // Confirm: the mail is opened, a scanner follows its link first, then the reader presses the button.
  const asked = await mailAbout("Please confirm");
  await page.goto(inbox(`/inbox/${asked.id}.html`));
  const link = await page.getByRole("link", { name: "Confirm on our page" }).getAttribute("href");
  for (let n = 0; n < 3; n += 1) expect((await fetch(link ?? "")).status).toBe(200);
  await page.goto(link ?? "");
  await page.getByRole("button", { name: "Yes, subscribe me" }).click();
  await page.getByRole("heading", { name: "You are subscribed" }).waitFor();

  // A version is scheduled, with the notice that a court allows.
  const cookie = await signIn(OWNER);
  const markdown = readFileSync(new URL("../../docs/policies/privacy/2025-10-26.md", import.meta.url), "utf8")
    .replace("details provided in Section 8", "details provided in Section 9")
    .replace("October 26, 2025", "November 24, 2026");
  await asOwner(cookie, "PUT", "", { markdown });
  const effectiveAt = Date.now() + NOTICE_MS;
  await asOwner(cookie, "POST", "/schedule", {
    effective_at: new Date(effectiveAt).toISOString(),
    reason: REASON,
    class: "material",
    changes: { recipients: true },
    court_order: "Order 7 of 2026",
  });

  // The mail is read, the difference in it and behind its link.
  const told = await mailAbout("Privacy Policy");
  expect(told.mail.text).toContain(REASON);
  expect(told.mail.text).toContain("callers360.localhost/log/org_demo\n");
  await page.goto(inbox(`/inbox/${told.id}.html`));
  await page.locator("ins").first().waitFor();
  const difference = await page.locator(`a[href$="2025-10-26..${VERSION}"]`).first().getAttribute("href");
  await page.goto(difference ?? "");
  await page.locator("ins", { hasText: "9" }).first().waitFor();

  // The banner says what is coming; the visitor agrees to the notice of today.
  await page.goto(`${product.start.url.replace("127.0.0.1", "localhost")}/demo/`);
  const change = page.locator(`c360-consent a[href$="2025-10-26..${VERSION}"]`);
  await change.first().waitFor();
  await page.locator("[data-c360-action=accept]").first().click();

  // The dashboard says so too, and notes that it was read.
  const dashboard = await browser.newPage();
  const { admin } = product.start;
  await dashboard.goto(own("/"));
  await dashboard.getByLabel("Email").fill(admin.email);
  await dashboard.getByLabel("Password").fill(admin.password);
  await dashboard.getByRole("button", { name: "Sign in" }).click();
  const notice = dashboard.getByRole("region", { name: /Coming change/ }).filter({ hasText: REASON });
  await notice.waitFor();
  await notice.getByRole("button", { name: "I have read this" }).click();
  const receipt = await notice.getByRole("status").getByRole("link").getAttribute("href");
  expect(await fetch(own(receipt ?? "")).then((r) => r.text())).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);

  // Not a moment too early, and at its instant everywhere at once.
  expect(Date.now(), "the steps took longer than the notice").toBeLessThan(effectiveAt - 1000);
  await pause(effectiveAt - Date.now() - 700);
  expect(await everywhere()).toEqual({
    page: "2025-10-26",
    banner: "2025-10-26",
    revision: 1,
    history: "2025-10-26",
    inFeed: true,
  });
  await pause(effectiveAt - Date.now() + 20);
  expect(await everywhere()).toEqual({
    page: VERSION,
    banner: VERSION,
    revision: 2,
    history: VERSION,
    inFeed: true,
  });
  await dashboard.reload();
  await dashboard.getByRole("region", { name: /Coming change/ }).waitFor();
  expect(await notice.count()).toBe(0);

  // A recipient was added, so the visitor who agreed is asked again, and the tag knows why.
  await page.reload();
  await page.locator("[data-c360-action=accept]").first().waitFor();
  expect(await fetch(own(`/c/${product.start.site}.json`)).then((r) => r.json())).toMatchObject({
    changed: { policy_version: VERSION, url: own(`/privacy/2025-10-26..${VERSION}`) },
  });

  // The proof of it all, without an address.
  const proof = await fetch(own(`/api/v1/policies/privacy/${VERSION}/notices`), {
    headers: { authorization: `Bearer ${product.start.keys.manage}` },
  }).then((r) => r.text());
  expect(JSON.parse(proof)).toMatchObject({
    status: "in_force",
    channels: { mail: { queued: 0, bounced: 0, addressed: true }, dashboard: { acknowledged: 1, served: 1 } },
  });
  expect(proof).not.toContain("@");

  // One click out, as a mail program does it.
  const header = told.mail.headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "";
  expect(told.mail.headers.find(({ key }) => key === "list-unsubscribe-post")?.value).toBe(
    "List-Unsubscribe=One-Click",
  );
  const out = /<([^>]+)>/.exec(header)?.[1] ?? "";
  const left = await fetch(out, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
    redirect: "manual",
  });
  expect([left.status, await left.text()]).toEqual([200, expect.stringContaining("You have left the list")]);
}, 180_000);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

import type { Browser, BrowserContext, Page } from "playwright-core";
import * as v from "valibot";
import { Unfinished } from "../misuse.ts";
import type { Phase, Seen, SeenItem } from "./compare.ts";

/** Long enough for a slow page; a page that never rests is looked at as it is then. */
const LOAD_MS = 30_000;
const REST_MS = 5000;
const BANNER_MS = 15_000;

/** Where the tag on a page says that it comes from. */
export interface Tag {
  readonly host: string;
  readonly site: string;
}

const TagWords = v.object({ host: v.string(), site: v.string() });
const Storage = v.object({ local: v.array(v.string()), session: v.array(v.string()) });

/** What was seen in all phases, and the tag that was there. */
export interface Visited {
  readonly tag: Tag;
  readonly seen: Readonly<Record<Phase, Seen>>;
}

/**
 * Opens the pages as a visitor would: before any choice, after refusing, after agreeing, after taking it back.
 * @param restMs how long a page is watched after it came to rest
 * @throws Unfinished where a page does not load or has no banner
 */
export async function visit(browser: Browser, urls: readonly string[], restMs: number): Promise<Visited> {
  const [first = ""] = urls;
  const before = await inContext(browser, async (visitor) => {
    await visitor.openAll(urls, restMs);
    return { tag: await visitor.tag(), seen: await visitor.look() };
  });
  const reject = await inContext(browser, async (visitor) => {
    await visitor.choose(first, "reject", restMs);
    await visitor.openAll(urls, restMs);
    return visitor.look();
  });
  const [accept, withdraw] = await inContext(browser, async (visitor) => {
    await visitor.choose(first, "accept", restMs);
    await visitor.openAll(urls, restMs);
    const accepted = await visitor.look();
    await visitor.withdraw(restMs);
    visitor.forgetContacts();
    await visitor.openAll(urls, restMs);
    return [accepted, await visitor.look()];
  });
  return { tag: before.tag, seen: { before: before.seen, reject, accept, withdraw } };
}

async function inContext<T>(browser: Browser, work: (visitor: Visitor) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ ignoreHTTPSErrors: false });
  try {
    return await work(new Visitor(context, await context.newPage()));
  } finally {
    await context.close();
  }
}

class Visitor {
  readonly #context: BrowserContext;
  readonly #page: Page;
  #contacted = new Set<string>();
  readonly #stored = new Map<string, SeenItem>();

  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
    context.on("request", (request) => {
      const url = URL.parse(request.url());
      if (url !== null && /^(https?|wss?):$/.test(url.protocol)) this.#contacted.add(url.host);
    });
  }

  async openAll(urls: readonly string[], restMs: number): Promise<void> {
    this.#stored.clear();
    for (const url of urls) {
      await this.#open(url, restMs);
      await this.#readStorage();
    }
  }

  async choose(url: string, action: "accept" | "reject", restMs: number): Promise<void> {
    await this.#open(url, 0);
    await this.#press(action);
    await this.#rest(restMs);
  }

  async withdraw(restMs: number): Promise<void> {
    await this.#page.evaluate("window.c360.open('choices')");
    await this.#press("reject");
    await this.#rest(restMs);
  }

  forgetContacts(): void {
    this.#contacted = new Set();
  }

  async tag(): Promise<Tag> {
    await this.#page
      .waitForFunction("window.c360 && window.c360.host", null, { timeout: BANNER_MS })
      .catch(() => this.#noBanner());
    return v.parse(
      TagWords,
      await this.#page.evaluate("({ host: window.c360.host, site: window.c360.site })"),
    );
  }

  async look(): Promise<Seen> {
    const cookies = (await this.#context.cookies()).map(({ name, domain, expires }): SeenItem => {
      const days = expires < 0 ? 0 : Math.max(1, Math.ceil((expires - Date.now() / 1000) / 86_400));
      return { kind: "cookie", name, host: domain, days };
    });
    return { items: [...cookies, ...this.#stored.values()], contacted: [...this.#contacted].sort() };
  }

  async #open(url: string, restMs: number): Promise<void> {
    try {
      await this.#page.goto(url, { waitUntil: "load", timeout: LOAD_MS });
    } catch (error) {
      throw new Unfinished(
        `${url} does not load: ${error instanceof Error ? error.message.split("\n")[0] : error}`,
      );
    }
    if (restMs > 0) await this.#rest(restMs);
  }

  /** Some pages never stop asking: then the time is up. */
  async #rest(restMs: number): Promise<void> {
    await Promise.race([this.#page.waitForLoadState("networkidle"), this.#page.waitForTimeout(REST_MS)]);
    await this.#page.waitForTimeout(restMs);
  }

  async #press(action: string): Promise<void> {
    const button = this.#page.locator(`c360-consent [data-c360-action=${action}]`).last();
    await button.click({ timeout: BANNER_MS }).catch(() => this.#noBanner());
  }

  #noBanner(): never {
    throw new Unfinished(`${this.#page.url()} shows no banner of this product.`);
  }

  async #readStorage(): Promise<void> {
    const host = new URL(this.#page.url()).host;
    const found = v.parse(
      Storage,
      await this.#page.evaluate(
        "({ local: Object.keys(localStorage), session: Object.keys(sessionStorage) })",
      ),
    );
    for (const name of found.local) this.#keep({ kind: "local_storage", name, host, days: null });
    for (const name of found.session) this.#keep({ kind: "session_storage", name, host, days: 0 });
  }

  #keep(item: SeenItem): void {
    this.#stored.set(`${item.kind} ${item.name}`, item);
  }
}

import { DEMO } from "../../local/seed.ts";
import { type Choice, newChoice, newKey, postChoice, publishedNotice } from "../product/consent-visitor.ts";
import { pause, untilAcknowledged } from "../product/under-kills.ts";
import type { Acknowledged, Promised } from "./ledger-audit.ts";

/** Visitors who choose until they are acknowledged, and readers who keep every checkpoint they are given. */
export class LedgerLoad implements Promised {
  readonly acknowledged: Acknowledged[] = [];
  readonly checkpoints = new Set<string>();
  /** Answers that no visitor should get: what is not a 201 is a 429 or 503 that says when to come back. */
  readonly unexpected: string[] = [];
  readonly #urls: readonly string[];
  readonly #origin: string;
  readonly #published: { policy_version: string; notice_hash: string };
  /** Visitors without a choice under way. */
  readonly #visitors: Choice[] = [];
  #reading = true;

  private constructor(
    urls: readonly string[],
    origin: string,
    published: { policy_version: string; notice_hash: string },
  ) {
    this.#urls = urls;
    this.#origin = origin;
    this.#published = published;
  }

  /** @param urls workers that serve the same log; a visitor's next try may go to any of them */
  static async start(urls: readonly string[], origin: string): Promise<LedgerLoad> {
    const load = new LedgerLoad(urls, origin, await publishedNotice(origin, DEMO.site));
    void load.#readCheckpoints();
    return load;
  }

  /** One choice, of a new visitor or of one who chose before; sent under one key until it is acknowledged. */
  async choose(urls = this.#urls): Promise<void> {
    const known = Math.random() < 0.3 ? this.#visitors.shift() : undefined;
    const choice: Choice =
      known === undefined
        ? newChoice(this.#published)
        : { ...known, action: "reject_all", categories: NOTHING, choice: known.choice + 1 };
    const key = newKey();
    const answer = await untilAcknowledged(async () => {
      const response = await postChoice(pick(urls), DEMO.site, this.#origin, choice, key);
      if (!isProper(response)) this.unexpected.push(`${response.status} ${await response.clone().text()}`);
      return response;
    });
    const { index, record, salt } = await answer.json();
    this.acknowledged.push({ index, record, salt });
    this.#visitors.push(choice);
  }

  /** Somebody's first try, whatever comes of it. */
  tryOnce(url: string): Promise<Response> {
    return postChoice(url, DEMO.site, this.#origin, newChoice(this.#published), newKey());
  }

  stop(): void {
    this.#reading = false;
  }

  async #readCheckpoints(): Promise<void> {
    while (this.#reading) {
      const response = await fetch(`${pick(this.#urls)}/log/${DEMO.log}/checkpoint`).catch(() => null);
      const text = response?.status === 200 ? await response.text().catch(() => null) : null;
      if (text !== null) this.checkpoints.add(text);
      await pause(30);
    }
  }
}

const NOTHING = { preferences: false, analytics: false, marketing: false };

function isProper(response: Response): boolean {
  if (response.status === 201) return true;
  return (response.status === 429 || response.status === 503) && response.headers.has("retry-after");
}

function pick(urls: readonly string[]): string {
  const url = urls[Math.floor(Math.random() * urls.length)];
  if (url === undefined) throw new Error("no worker to ask");
  return url;
}

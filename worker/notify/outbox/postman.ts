import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import type { Pace } from "./pace.ts";
import type { Post } from "./ring-postman.ts";

/** Soon, but letting a burst of enqueuing requests become one round. */
const SOON_MS = 50;

/**
 * The one who empties the outbox, and another who tells webhooks: a single object each, so that pacing per
 * domain has one place. It keeps nothing but what it carries; a second one would lose by the claims in the database.
 */
export class Postman extends DurableObject<Env> {
  #pace: Pace | null = null;

  /** Something waits, or the cron came by. @param at UTC milliseconds from which it can be carried */
  async ring(post: Post, at: number): Promise<void> {
    if ((await this.ctx.storage.get("post")) !== post) await this.ctx.storage.put("post", post);
    await this.#comeAt(Math.max(at, Date.now() + SOON_MS));
  }

  override async alarm(): Promise<void> {
    const webhooks = (await this.ctx.storage.get("post")) === "webhooks";
    const next = webhooks ? await this.#tellWebhooks() : await this.#deliver();
    if (next !== null) await this.#comeAt(Math.max(next, Date.now() + SOON_MS));
  }

  async #deliver(): Promise<number | null> {
    const { deliver, newPace } = await import("./deliver.ts");
    this.#pace ??= newPace(this.env);
    return deliver(this.env, this.#pace);
  }

  async #tellWebhooks(): Promise<number | null> {
    const { tellWebhooksNow } = await import("../webhooks/tell-webhooks.ts");
    return tellWebhooksNow(this.env);
  }

  async #comeAt(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    // One that is overdue was lost with a process that was killed.
    if (set === null || set > at || set < Date.now()) await this.ctx.storage.setAlarm(at);
  }
}

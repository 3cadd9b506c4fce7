import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import type { Pace } from "./pace.ts";

/** Soon, but letting a burst of enqueuing requests become one round. */
const SOON_MS = 50;

/**
 * The one who empties the outbox: a single object, so that pacing per domain has one place. It holds
 * nothing that lasts; a second one would lose by the claims in the database.
 */
export class Postman extends DurableObject<Env> {
  #pace: Pace | null = null;

  /** Something was enqueued, or the cron came by. */
  async ring(): Promise<void> {
    await this.#comeAt(Date.now() + SOON_MS);
  }

  override async alarm(): Promise<void> {
    const { deliver, newPace } = await import("./deliver.ts");
    this.#pace ??= newPace(this.env);
    const next = await deliver(this.env, this.#pace);
    if (next !== null) await this.#comeAt(Math.max(next, Date.now() + SOON_MS));
  }

  async #comeAt(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    // One that is overdue was lost with a process that was killed.
    if (set === null || set > at || set < Date.now()) await this.ctx.storage.setAlarm(at);
  }
}

import { purgeAnalytics } from "./consent/analytics/purge-analytics.ts";
import { finishErasures } from "./consent/erasure/erase.ts";
import { appendNoticeLeaves } from "./consent/notices/append-notice-leaves.ts";
import type { Env } from "./env.ts";
import { purgeStates } from "./live/purge-states.ts";
import { appendPolicyLeaves } from "./policy/append-policy-leaves.ts";

/** What the cron trigger runs every five minutes. Each verb is idempotent and picks up where it was broken off. */
const JOBS: readonly ((env: Env) => Promise<void>)[] = [
  appendPolicyLeaves,
  async (env) => (await import("./consent/notices/follow-policy.ts")).followPolicies(env),
  appendNoticeLeaves,
  async (env) => (await import("./consent/tag/log-banner.ts")).appendBannerLeaves(env),
  purgeAnalytics,
  purgeStates,
  finishErasures,
  async (env) => (await import("./notify/subscriptions/record.ts")).recordSubscriptions(env),
  async (env) => (await import("./notify/rights/erase-address.ts")).finishAddressErasures(env),
  async (env) => (await import("./notify/rights/retain.ts")).retainSubscriptions(env),
  async (env) => (await import("./notify/webhooks/tell-webhooks.ts")).tellWebhooks(env),
  async (env) => (await import("./notify/outbox/tend.ts")).tendOutbox(env),
  async (env) => (await import("./notify/notices/record-served.ts")).recordServed(env),
  async (env) => (await import("./calls/nightly.ts")).maintainCalls(env),
];

/**
 * Runs every job even if one fails.
 * @throws AggregateError of what failed, so that the platform counts the run as failed
 */
export async function runSchedule(env: Env): Promise<void> {
  const results = await Promise.allSettled(JOBS.map((job) => job(env)));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} scheduled jobs failed`);
}

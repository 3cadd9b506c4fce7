import type { Env } from "./env.ts";

/** What the cron trigger runs every five minutes. Each verb is idempotent and picks up where it was broken off. */
const JOBS: readonly ((env: Env) => Promise<void>)[] = [
  async (env) => (await import("./policy/append-policy-leaves.ts")).appendPolicyLeaves(env),
  async (env) => (await import("./consent/notices/follow-policy.ts")).followPolicies(env),
  async (env) => (await import("./consent/notices/append-notice-leaves.ts")).appendNoticeLeaves(env),
  async (env) => (await import("./consent/tag/log-banner.ts")).appendBannerLeaves(env),
  async (env) => (await import("./consent/analytics/purge-analytics.ts")).purgeAnalytics(env),
  async (env) => (await import("./live/purge-states.ts")).purgeStates(env),
  async (env) => (await import("./consent/erasure/erase.ts")).finishErasures(env),
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

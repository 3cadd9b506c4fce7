/** What can be with a letter; `queued` and `claimed` wait, the others are ends. */
export const OUTBOX_STATES = [
  "queued",
  "claimed",
  "accepted",
  "bounced",
  "refused",
  "dead",
  "suppressed",
  "withdrawn",
] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

import { createApp } from "./app.ts";
import type { Env } from "./env.ts";
import { runSchedule } from "./schedule.ts";

export { Sequencer } from "./ledger/sequencer.ts";
export { TeamRoom } from "./live/team-room.ts";
export { Postman } from "./notify/outbox/postman.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  scheduled: (_controller, env) => runSchedule(env),
  email: async (message, env) =>
    (await import("./notify/bounces/take-report.ts")).receiveReport(message, env),
} satisfies ExportedHandler<Env>;

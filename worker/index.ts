import { createApp } from "./app.ts";
import type { Env } from "./env.ts";

export { Sequencer } from "./ledger/sequencer.ts";
export { TeamRoom } from "./live/team-room.ts";

const app = createApp();

export default {
  fetch: app.fetch,
} satisfies ExportedHandler<Env>;

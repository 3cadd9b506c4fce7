import type { Env } from "../../env.ts";

/**
 * Tells the postman that there is something to send: after the commit, within `waitUntil`. What it cannot
 * be told, the cron finds.
 */
export async function ringPostman(env: Env): Promise<void> {
  try {
    await env.POSTMAN.get(env.POSTMAN.idFromName("postman")).ring();
  } catch (error) {
    console.error(JSON.stringify({ level: "error", at: "postman", error: String(error) }));
  }
}

import type { Env } from "../../env.ts";

export type Post = "letters" | "webhooks";

/** Each has an object and an alarm of its own: a receiver that is slow holds up no letter. */
const OBJECTS = { letters: "postman", webhooks: "webhooks" } as const satisfies Record<Post, string>;

/**
 * Tells the postman that there is something to send: after the commit, within `waitUntil`. What it cannot
 * be told, the cron finds.
 * @param at UTC milliseconds; now unless told
 */
export async function ringPostman(env: Env, post: Post = "letters", at = 0): Promise<void> {
  try {
    await env.POSTMAN.get(env.POSTMAN.idFromName(OBJECTS[post])).ring(post, at);
  } catch (error) {
    console.error(JSON.stringify({ level: "error", at: "postman", error: String(error) }));
  }
}

import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app-env.ts";

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * Lets a refused request finish its upload. Over HTTP/1 a connection that closes under a client which
 * still writes is a broken pipe to it, and the refusal is never read. More than 32 MiB or 10 s of it
 * are not worth hearing.
 */
export const hearOut: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const body = c.req.raw.body;
  if (c.res.status < 400 || body === null || body.locked) return;
  const until = Date.now() + MAX_MS;
  const reader = body.getReader();
  try {
    for (let size = 0; size < MAX_BYTES && Date.now() < until; ) {
      const { done, value } = await withinReach(reader, until);
      if (done) return;
      size += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The client went away while we listened: there is nobody to tell.
  }
};

/** The next piece, or a failure when it does not come in time. */
async function withinReach(reader: ReadableStreamDefaultReader<Uint8Array>, until: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the upload takes too long")), until - Date.now());
  });
  try {
    return await Promise.race([reader.read(), late]);
  } finally {
    clearTimeout(timer);
  }
}

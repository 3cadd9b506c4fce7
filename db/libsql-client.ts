import { type Client, createClient, LibsqlBatchError, LibsqlError } from "@libsql/client/web";
import { type DatabaseAddress, fetchWithin, Refused, TIMEOUT_MS } from "./client.ts";

/**
 * The library's own client, for what needs its interface (the sign-in library) or more than a batch
 * (transactions of several round trips). Without `concurrency: 1e5` it queues at 20 and a request may
 * wait on another request's I/O, which workerd refuses.
 */
export function openClient(address: DatabaseAddress, timeoutMs = TIMEOUT_MS): Client {
  return createClient({
    url: address.url,
    concurrency: 1e5,
    ...(address.token === undefined ? {} : { authToken: address.token }),
    fetch: async (input: Request) => {
      const { body, response } = await fetchWithin(input, timeoutMs);
      return new Response(body, response);
    },
  });
}

/** An error of the library's client as the product's own; every other one as it is. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof LibsqlError)) return error;
  const statement = error instanceof LibsqlBatchError ? error.statementIndex : null;
  return new Refused({ message: error.message, code: error.code, statement });
}

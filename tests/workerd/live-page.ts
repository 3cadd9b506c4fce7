import { env, SELF } from "cloudflare:test";
import { openDatabase } from "../../db/client.ts";
import { memberStatements } from "../../worker/accounts/seed.ts";
import { settingsOf } from "../../worker/env.ts";

/** Members and open pages of the live board, for tests. */

const HOST = "http://callers360.localhost";

/** A member with a session, as the sign-in would have left it: the token signed by AUTH_SECRET in the cookie. */
export async function newMember(
  org: string,
  role: "admin" | "member" = "admin",
  userId = `usr_${crypto.randomUUID()}`,
) {
  const sessionToken = crypto.randomUUID();
  const now = Date.now();
  const person = {
    org,
    userId,
    name: "Asha",
    email: `${userId}@example.org`,
    passwordHash: "none",
    role,
    now,
  };
  await openDatabase(settingsOf(env).database).write([
    ...memberStatements(person),
    {
      sql: "INSERT INTO session (id, token, user_id, expires_at, created_at, updated_at) VALUES (?1, ?1, ?2, ?3, ?4, ?4)",
      args: [sessionToken, userId, now + 3_600_000, now],
    },
  ]);
  const secret = new TextEncoder().encode(settingsOf(env).authSecret);
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(sessionToken));
  const signature = btoa(String.fromCharCode(...new Uint8Array(mac)));
  return {
    userId,
    token: sessionToken,
    cookie: `better-auth.session_token=${encodeURIComponent(`${sessionToken}.${signature}`)}`,
  };
}

export type Message = {
  type: string;
  seq: number;
  rows: Record<string, unknown>[];
  [field: string]: unknown;
};

/** An open socket with its messages in order. */
export class Page {
  readonly socket: WebSocket;
  readonly #messages: Message[] = [];
  readonly #wanting: ((message: Message) => void)[] = [];
  readonly closed: Promise<{ code: number }>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.addEventListener("message", ({ data }) => {
      const message: Message = JSON.parse(String(data));
      const wanting = this.#wanting.shift();
      if (wanting === undefined) this.#messages.push(message);
      else wanting(message);
    });
    socket.accept();
  }

  next(): Promise<Message> {
    const message = this.#messages.shift();
    return message === undefined
      ? new Promise((resolve) => this.#wanting.push(resolve))
      : Promise.resolve(message);
  }
}

/** The answer to a page that opens its socket. */
export function askForSocket(query: string, headers: Record<string, string>): Promise<Response> {
  return SELF.fetch(`${HOST}/api/v1/live${query}`, {
    headers: { upgrade: "websocket", origin: HOST, ...headers },
  });
}

/** A page of the member with this cookie. */
export async function openPage(cookie: string, query = ""): Promise<Page> {
  const answer = await askForSocket(query, { cookie });
  if (answer.webSocket === null) throw new Error(`no socket but ${answer.status}`);
  return new Page(answer.webSocket);
}

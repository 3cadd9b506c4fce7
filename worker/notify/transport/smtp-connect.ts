import { encodeBase64 } from "../../ledger/base64.ts";
import { utf8 } from "../../ledger/bytes.ts";
import { shorten } from "./judge-reply.ts";
import { TransportDown } from "./line.ts";
import type { SmtpServer } from "./mail-settings.ts";
import type { Reply } from "./smtp-replies.ts";
import { SmtpSession } from "./smtp-session.ts";
import type { Connect } from "./wire.ts";

export interface Client {
  /** What we call ourselves in EHLO. */
  readonly clientName: string;
  readonly connect: Connect;
  /** How long a server may take to say anything at all. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const SECURE = { "from-start": "on", starttls: "starttls", none: "off" } as const;

/**
 * Connects, goes under TLS where the settings ask for it, and logs in: up to where letters can be sent.
 * Where TLS is required nothing is said before it, and where it is not to be had nothing at all.
 * @returns the session, and whether commands may be sent in one breath
 * @throws TransportDown
 */
export async function connectSmtp(
  server: SmtpServer,
  { clientName, connect, timeoutMs = TIMEOUT_MS }: Client,
): Promise<{ session: SmtpSession; pipelining: boolean }> {
  const address = { hostname: server.host, port: server.port };
  const wire = connect(address, { secureTransport: SECURE[server.tls], allowHalfOpen: false });
  const session = new SmtpSession(wire, timeoutMs);
  const ask = async (command: string, wanted: number, shown = command): Promise<Reply> => {
    session.send(`${command}\r\n`);
    return expectCode(await session.reply(), wanted, shown);
  };
  const greet = async () => extensionsOf(await ask(`EHLO ${clientName}`, 250));
  try {
    expectCode(await session.reply(), 220, "the connection");
    let extensions = await greet();
    if (server.tls === "starttls") {
      if (!extensions.has("STARTTLS")) throw new Error("the server does not offer STARTTLS");
      await ask("STARTTLS", 220);
      session.secure();
      // What was said in clear is not to be believed.
      extensions = await greet();
    }
    if (server.login !== null) await logIn(server.login, extensions.get("AUTH") ?? "", ask);
    session.listen();
    return { session, pipelining: extensions.has("PIPELINING") };
  } catch (error) {
    session.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new TransportDown(shorten(why), { cause: error });
  }
}

/** SASL PLAIN (RFC 4616), or LOGIN where a server knows nothing else. */
async function logIn(
  { user, pass }: { readonly user: string; readonly pass: string },
  offered: string,
  ask: (command: string, wanted: number, shown: string) => Promise<Reply>,
): Promise<void> {
  const mechanisms = offered.toUpperCase().split(" ");
  const base64 = (text: string) => encodeBase64(utf8(text));
  if (mechanisms.includes("PLAIN")) {
    await ask(`AUTH PLAIN ${base64(`\0${user}\0${pass}`)}`, 235, "AUTH PLAIN");
  } else if (mechanisms.includes("LOGIN")) {
    await ask("AUTH LOGIN", 334, "AUTH LOGIN");
    await ask(base64(user), 334, "the user name");
    await ask(base64(pass), 235, "the password");
  } else {
    throw new Error("the server offers neither AUTH PLAIN nor AUTH LOGIN");
  }
}

function expectCode(reply: Reply, wanted: number, command: string): Reply {
  if (reply.code === wanted) return reply;
  throw new Error(`to ${command} the server said: ${reply.lines.join(" ")}`);
}

/** Keywords of EHLO's answer with their parameters, as `AUTH` → `PLAIN LOGIN`. */
function extensionsOf({ lines }: Reply): Map<string, string> {
  return new Map(
    lines.slice(1).map((line) => {
      const [keyword = "", ...parameters] = line.slice(4).split(" ");
      return [keyword.toUpperCase(), parameters.join(" ")];
    }),
  );
}

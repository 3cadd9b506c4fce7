import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";

/** Where in a session the server does something else than go along; `body`: in its middle, `end`: all of it is there. */
export type Stage = "connect" | "mail" | "rcpt" | "body" | "end";

/** What it does then: nothing at all, a closed line, or an answer. `take-and-drop`: it keeps the mail and tells nobody. */
export type Mischief = "hang" | "drop" | "take-and-drop" | { readonly code: number; readonly words: string };

/** A mail that the server took responsibility for. */
export interface TakenMail {
  readonly to: string;
  readonly raw: Buffer;
  /** It came under TLS. */
  readonly secure: boolean;
}

/** A real SMTP server that behaves as badly as a test asks. */
export interface MailServer {
  readonly port: number;
  readonly taken: readonly TakenMail[];
  /** Sessions begun so far. */
  sessions(): number;
  /** Connections that failed, as at the handshake of TLS. */
  failures(): number;
  /** Milliseconds that every mail takes it. */
  slow(ms: number): void;
  /** From now on: null is a good server. */
  behave(mischief: ((stage: Stage, to: string) => Mischief | null) | null): void;
  /** Closes every connection. */
  dropAll(): Promise<void>;
  close(): Promise<void>;
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const taken: TakenMail[] = [];
  let sessions = 0;
  let failures = 0;
  let delay = 0;
  let mischief: ((stage: Stage, to: string) => Mischief | null) | null = null;

  const destroy = ({ id }: SMTPServerSession) => {
    for (const connection of server.connections) {
      if (connection.session.id === id) connection._socket.destroy();
    }
  };
  const at = (stage: Stage, session: SMTPServerSession, done: (error?: Error | null) => void) => {
    const wanted = mischief?.(stage, recipientOf(session)) ?? null;
    if (wanted === null) return done();
    if (wanted === "hang") return;
    if (wanted === "drop" || wanted === "take-and-drop") return destroy(session);
    done(Object.assign(new Error(wanted.words), { responseCode: wanted.code }));
  };
  let asked = "";
  const recipientOf = (session: SMTPServerSession) => session.envelope.rcptTo[0]?.address ?? asked;

  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    // A key of its own makes the library warn about nothing; without TLS none is needed.
    disabledCommands: ["STARTTLS", "AUTH"],
    ...options,
    onConnect(session, done) {
      sessions += 1;
      asked = "";
      at("connect", session, done);
    },
    onMailFrom: (_address, session, done) => at("mail", session, done),
    onRcptTo(address, session, done) {
      asked = address.address;
      at("rcpt", session, done);
    },
    onData(stream, session, done) {
      const to = recipientOf(session);
      const early = mischief?.("body", to) ?? null;
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      if (early === "drop") return destroy(session);
      stream.once("end", () => {
        const late = mischief?.("end", to) ?? null;
        if (late === "take-and-drop") taken.push({ to, raw: Buffer.concat(chunks), secure: session.secure });
        at("end", session, (error) => {
          if (error) return done(error);
          // A server answers for a mail from before it says so: whoever breaks off in between cannot know.
          taken.push({ to, raw: Buffer.concat(chunks), secure: session.secure });
          if (delay === 0) done(null, "taken");
          else setTimeout(() => done(null, "taken"), delay);
        });
      });
    },
  });
  // Clients that break off are what this server is for.
  server.on("error", () => {
    failures += 1;
  });
  const listener = server.listen(0, "127.0.0.1");
  // Several answers in a row leave at once, as submission servers send them.
  listener.on("connection", (socket) => socket.setNoDelay(true));
  await once(listener, "listening");
  return {
    port: (listener.address() as AddressInfo).port,
    taken,
    sessions: () => sessions,
    failures: () => failures,
    slow: (ms) => {
      delay = ms;
    },
    behave: (wanted) => {
      mischief = wanted;
    },
    dropAll: async () => {
      for (const connection of server.connections) connection._socket.destroy();
      // Long enough for the other side to hear of it.
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    close: () =>
      new Promise((resolve) => {
        for (const connection of server.connections) connection._socket.destroy();
        server.close(() => resolve());
      }),
  };
}

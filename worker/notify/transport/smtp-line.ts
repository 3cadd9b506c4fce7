import SMTPConnection from "nodemailer/lib/smtp-connection";
import { type Failure, judgeReply, shorten } from "./judge-reply.ts";
import { type Line, type Parcel, type Sent, TransportDown } from "./line.ts";
import type { SmtpServer } from "./mail-settings.ts";
import { renderMessage } from "./message.ts";

/** How long a server may take to say anything at all. */
const TIMEOUT_MS = 30_000;

/**
 * One connection to a submission server, kept for letter after letter; it is opened anew when it broke.
 * Workers cannot open port 25.
 * @param clientName what we call ourselves in EHLO
 */
export function smtpLine(server: SmtpServer, clientName: string, timeoutMs = TIMEOUT_MS): Line {
  let connection: Connection | null = null;
  const close = () => {
    connection?.close();
    connection = null;
  };
  return {
    close,
    async open() {
      if (connection?.alive() === true && (await connection.ready())) return;
      close();
      connection = await connect(server, clientName, timeoutMs);
    },
    async send(parcel) {
      if (connection === null) throw new TransportDown("the line is not open");
      const sent = await connection.send(parcel);
      if (!connection.alive()) close();
      return sent;
    },
  };
}

interface Connection {
  alive(): boolean;
  /** Forgets a letter that went wrong. @returns false where the server does not go along */
  ready(): Promise<boolean>;
  send(parcel: Parcel): Promise<Sent>;
  close(): void;
}

async function connect(server: SmtpServer, name: string, timeoutMs: number): Promise<Connection> {
  const smtp = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.tls === "from-start",
    requireTLS: server.tls === "starttls",
    ignoreTLS: server.tls === "none",
    name,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // A socket that is closing keeps its worker awake.
    socketCloseTimeout: 0,
  });
  let broken = false;
  let soiled = false;
  let failed: (error: Error) => void = () => {};
  // Without a listener an error that nobody waits for would end the program.
  smtp.on("error", (error: Error) => {
    broken = true;
    failed(error);
  });
  smtp.on("end", () => {
    broken = true;
    failed(new Error("the server closed the connection"));
  });
  const until = <T>(begin: (done: (error?: Error | null, value?: T) => void) => void) =>
    new Promise<T | undefined>((resolve, reject) => {
      failed = reject;
      begin((error, value) => (error ? reject(error) : resolve(value)));
    });
  const { login } = server;
  try {
    await until<void>((done) => smtp.connect(done));
    if (login !== null) await until<boolean>((done) => smtp.login({ credentials: login }, done));
  } catch (error) {
    smtp.close();
    throw new TransportDown(shorten(messageOf(error)), { cause: error });
  }
  return {
    alive: () => !broken,
    ready: async () => {
      if (!soiled) return true;
      try {
        await until<boolean>((done) => smtp.reset(done));
        soiled = false;
        return true;
      } catch {
        // Whatever went wrong with it, another connection is what helps.
        return false;
      }
    },
    send: async (parcel) => {
      try {
        const envelope = { from: parcel.from.address, to: [parcel.to] };
        const message = renderMessage(parcel, Date.now());
        const info = await until<{ response?: string }>((done) => smtp.send(envelope, message, done));
        return { kind: "accepted", answer: shorten(info?.response ?? "") };
      } catch (error) {
        soiled = true;
        // Asked for the message, the server was sent all of it in one breath.
        const bodySent = /^354/.test(smtp.lastServerResponse || "");
        const failure = failureOf(error, bodySent);
        // 421: the server is about to close.
        if (failure.code === null || failure.code === 421) {
          broken = true;
          smtp.close();
        }
        return judgeReply(failure);
      }
    },
    close: () => {
      if (broken) smtp.close();
      else smtp.quit();
      broken = true;
    },
  };
}

function failureOf(error: unknown, bodySent: boolean): Failure {
  const code = fieldOf(error, "responseCode");
  const command = fieldOf(error, "command");
  const response = fieldOf(error, "response");
  return {
    command: typeof command === "string" ? command : "CONN",
    code: typeof code === "number" ? code : null,
    answer: typeof response === "string" ? response : messageOf(error),
    bodySent,
  };
}

function fieldOf(error: unknown, field: string): unknown {
  return error instanceof Error ? Object.getOwnPropertyDescriptor(error, field)?.value : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

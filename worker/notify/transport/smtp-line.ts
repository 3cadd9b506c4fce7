import { parseAddress } from "../outbox/address.ts";
import { judgeReply, shorten } from "./judge-reply.ts";
import { type Envelope, type Line, type NotSent, type Parcel, type Sent, TransportDown } from "./line.ts";
import type { SmtpServer } from "./mail-settings.ts";
import { renderMessage } from "./message.ts";
import { type Client, connectSmtp } from "./smtp-connect.ts";
import type { Reply } from "./smtp-replies.ts";
import { SessionBroken, type SmtpSession } from "./smtp-session.ts";

/**
 * One connection to a submission server, kept for letter after letter; it is opened anew when it broke.
 * A server that allows pipelining costs one round trip a letter: the envelope of the next travels with the
 * message before it. Workers cannot open port 25.
 */
export function smtpLine(server: SmtpServer, client: Client): Line {
  let talk: Conversation | null = null;
  const close = () => {
    talk?.close();
    talk = null;
  };
  const open = () => {
    if (talk === null) throw new TransportDown("the line is not open");
    return talk;
  };
  return {
    close,
    async open() {
      if (talk?.alive === true) return;
      close();
      const { session, pipelining } = await connectSmtp(server, client);
      talk = new Conversation(session, pipelining);
    },
    offer: (envelope) => open().offer(envelope),
    send: (parcel, next) => open().send(parcel, next),
  };
}

type Command = "MAIL FROM" | "RCPT TO" | "DATA";

class Conversation {
  readonly #session: SmtpSession;
  readonly #pipelining: boolean;
  /** Whose envelope the server was asked about in the breath of the letter before. */
  #asked: string | null = null;
  /** The server waits for a message. */
  #ready = false;
  /** An envelope was begun and came to nothing: the server still has it. */
  #soiled = false;

  constructor(session: SmtpSession, pipelining: boolean) {
    this.#session = session;
    this.#pipelining = pipelining;
  }

  get alive(): boolean {
    return !this.#session.broken;
  }

  async offer({ from, to }: Envelope): Promise<NotSent | null> {
    // An address is part of a command: what could end one is none.
    if (parseAddress(to) === null) return { kind: "refused", answer: "not an address one can write to" };
    let command: Command = "MAIL FROM";
    try {
      if (this.#asked !== null && this.#asked !== to) throw new TypeError("another envelope was announced");
      if (this.#soiled) await this.#reset();
      const commands = envelopeCommands({ from, to });
      const early = this.#asked !== null;
      if (!early && this.#pipelining) this.#session.send(commands.map(([, line]) => line).join(""));
      this.#asked = null;
      const replies: Reply[] = [];
      for (const [name, line] of commands) {
        command = name;
        if (!early && !this.#pipelining) this.#session.send(line);
        const reply = await this.#session.reply();
        replies.push(reply);
        if (!this.#pipelining && !isGood(name, reply)) break;
      }
      return await this.#judge(commands, replies);
    } catch (error) {
      return this.#broke(error, command, false);
    }
  }

  async send(parcel: Parcel, next: Envelope | null): Promise<Sent> {
    if (!this.#ready) throw new TypeError("the letter was not offered");
    this.#ready = false;
    const asks = next !== null && this.#pipelining && parseAddress(next.to) !== null;
    try {
      const message = renderMessage(parcel, Date.now()).replaceAll("\r\n.", "\r\n..");
      const commands = asks
        ? envelopeCommands(next)
            .map(([, line]) => line)
            .join("")
        : "";
      this.#session.send(`${message}.\r\n${commands}`);
      this.#asked = asks ? next.to : null;
      const reply = await this.#session.reply();
      if (reply.code >= 200 && reply.code < 300) return { kind: "accepted", answer: wordsOf(reply) };
      return this.#refusal("message", reply);
    } catch (error) {
      return this.#broke(error, "message", true);
    }
  }

  close(): void {
    // In the middle of an envelope a farewell would be taken for a part of it.
    const free = !this.#ready && this.#asked === null;
    this.#session.close(free ? "QUIT\r\n" : "");
  }

  async #judge(commands: readonly [Command, string][], replies: readonly Reply[]): Promise<NotSent | null> {
    const failed = replies.findIndex((reply, n) => !isGood(commands[n]?.[0] ?? "DATA", reply));
    if (failed === -1) {
      this.#ready = true;
      return null;
    }
    this.#soiled = true;
    // A server may ask for a message to nobody, where it was sent all in one breath: it gets none.
    if (replies[2]?.code === 354) {
      this.#session.send(".\r\n");
      await this.#session.reply();
    }
    const reply = replies[failed];
    if (reply === undefined) throw new TypeError("a reply that is not there");
    return this.#refusal(commands[failed]?.[0] ?? "DATA", reply);
  }

  async #reset(): Promise<void> {
    this.#session.send("RSET\r\n");
    const { code } = await this.#session.reply();
    if (code !== 250) throw new SessionBroken(`the server said ${code} to RSET`);
    this.#soiled = false;
  }

  #refusal(command: Command | "message", reply: Reply): NotSent {
    // The server is about to close.
    if (reply.code === 421) this.#session.close();
    return judgeReply({ command, code: reply.code, answer: wordsOf(reply), bodySent: false });
  }

  #broke(error: unknown, command: Command | "message", bodySent: boolean): NotSent {
    this.#session.close();
    if (!(error instanceof SessionBroken)) throw error;
    return judgeReply({ command, code: null, answer: error.message, bodySent });
  }
}

function envelopeCommands({ from, to }: Envelope): [Command, string][] {
  return [
    ["MAIL FROM", `MAIL FROM:<${from}>\r\n`],
    ["RCPT TO", `RCPT TO:<${to}>\r\n`],
    ["DATA", "DATA\r\n"],
  ];
}

function isGood(command: Command, { code }: Reply): boolean {
  return command === "DATA" ? code === 354 : code === 250 || code === 251 || code === 252;
}

function wordsOf({ lines }: Reply): string {
  return shorten(lines.join(" "));
}

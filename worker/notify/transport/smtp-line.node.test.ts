import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MailServer, type Mischief, type Stage, startMailServer } from "../../../tests/mail-server.ts";
import { connect } from "../../../tests/node-sockets.ts";
import { envelopeOf, type Line, type Parcel, type Sent, TransportDown } from "./line.ts";
import type { SmtpServer } from "./mail-settings.ts";
import { smtpLine } from "./smtp-line.ts";

let server: MailServer;
let line: Line;

beforeEach(async () => {
  server = await startMailServer();
  line = lineTo(server);
});

afterEach(async () => {
  line.close();
  await server.close();
});

function lineTo({ port }: MailServer, more: Partial<SmtpServer> = {}): Line {
  const to: SmtpServer = { kind: "smtp", host: "127.0.0.1", port, tls: "none", login: null, ...more };
  return smtpLine(to, { clientName: "callers360.localhost", connect, timeoutMs: 1500 });
}

function letter(to = "asha@example.com", more: Partial<Parcel> = {}): Parcel {
  return {
    id: "mail_00000000000000000000000000000001",
    from: { name: "Callers360", address: "notices@callers360.example" },
    to,
    subject: "News",
    text: ["Text\n"],
    html: ["<p>Text</p>"],
    language: "en",
    headers: {},
    ...more,
  };
}

/** One letter, asked about and sent. */
async function post(parcel = letter(), over = line): Promise<Sent> {
  await over.open();
  return (await over.offer(envelopeOf(parcel))) ?? over.send(parcel, null);
}

/** Misbehaves to one address, at one stage. */
function once(stage: Stage, to: string, mischief: Mischief): void {
  server.behave((at, recipient) => (at === stage && recipient === to ? mischief : null));
}

it("sends one letter after the other over one connection, each as it was written", async () => {
  const subject = "नीति बदल रही है – “Privacy”";
  const parcel = letter("asha@example.com", {
    subject,
    text: ["पहली\n.", "end"],
    html: ["<p>पहली</p>"],
    language: "hi",
    headers: { "List-Unsubscribe": "<https://callers360.example/leave?token=abc>" },
  });
  expect(await post(parcel)).toMatchObject({ kind: "accepted", answer: expect.stringMatching(/^250 /) });
  expect(await post(letter("ravi@example.com"))).toMatchObject({ kind: "accepted" });
  expect(server.sessions()).toBe(1);
  expect(server.taken.map(({ to }) => to)).toEqual(["asha@example.com", "ravi@example.com"]);
  const mail = await PostalMime.parse(server.taken[0]?.raw ?? "");
  expect(mail.subject).toBe(subject);
  expect(mail.text?.trimEnd()).toBe("पहली\n.\nend");
  expect(mail.html).toContain("<p>पहली</p>");
  expect(mail.messageId).toBe("<mail_00000000000000000000000000000001@callers360.example>");
  expect(mail.headers).toContainEqual(expect.objectContaining({ key: "content-language", value: "hi" }));
});

it.each<[Stage, Mischief, object]>([
  ["rcpt", { code: 550, words: "5.1.1 No such user" }, { kind: "bounced", answer: "550 5.1.1 No such user" }],
  ["rcpt", { code: 550, words: "5.7.1 Blocked" }, { kind: "refused", answer: "550 5.7.1 Blocked" }],
  ["rcpt", { code: 451, words: "4.7.1 Greylisted" }, { kind: "later", unsure: false }],
  ["end", { code: 554, words: "5.6.0 Not such mail" }, { kind: "refused" }],
  ["end", { code: 452, words: "4.3.1 No room" }, { kind: "later", unsure: false }],
])("at %s, %o: %o, and the line goes on", async (stage, mischief, outcome) => {
  once(stage, "bad@example.com", mischief);
  expect(await post(letter("bad@example.com"))).toMatchObject(outcome);
  expect(await post()).toMatchObject({ kind: "accepted" });
  expect(server.taken.map(({ to }) => to)).toEqual(["asha@example.com"]);
});

it("a sender that is refused says nothing about the address", async () => {
  server.behave((at) => (at === "mail" ? { code: 550, words: "5.1.8 Sender unknown" } : null));
  expect(await post()).toMatchObject({ kind: "refused" });
});

describe("a line that breaks or says nothing", () => {
  it.each<[Stage, Mischief]>([
    ["rcpt", "hang"],
    ["rcpt", "drop"],
    ["rcpt", { code: 421, words: "4.3.2 Going down" }],
  ])("before the letter, at %s by %o: surely not sent", async (stage, mischief) => {
    once(stage, "bad@example.com", mischief);
    expect(await post(letter("bad@example.com"))).toMatchObject({ kind: "later", unsure: false });
    expect(await post()).toMatchObject({ kind: "accepted" });
    expect(server.sessions()).toBe(2);
  });

  it.each<Mischief>(["hang", "drop", "take-and-drop"])(
    "after the letter, by %s: nobody can tell",
    async (mischief) => {
      once("end", "bad@example.com", mischief);
      expect(await post(letter("bad@example.com"))).toMatchObject({ kind: "later", unsure: true });
      expect(await post()).toMatchObject({ kind: "accepted" });
    },
  );

  it.each<Mischief>(["hang", "drop", { code: 554, words: "No service" }])(
    "at the greeting, by %o: down",
    async (mischief) => {
      server.behave((at) => (at === "connect" ? mischief : null));
      await expect(line.open()).rejects.toThrow(TransportDown);
      server.behave(null);
      expect(await post()).toMatchObject({ kind: "accepted" });
    },
  );

  it("nobody listens: down", async () => {
    await server.close();
    await expect(line.open()).rejects.toThrow(TransportDown);
  });

  it("a line that the server closed between two letters is opened anew", async () => {
    await post();
    await server.dropAll();
    expect(await post()).toMatchObject({ kind: "accepted" });
    expect(server.sessions()).toBe(2);
  });
});

describe("TLS", () => {
  it("where it is required and not offered, nothing is said, no password least of all", async () => {
    const login = { user: "u", pass: "secret" };
    const strict = lineTo(server, { tls: "starttls", login });
    await expect(strict.open()).rejects.toThrow(TransportDown);
    expect(server.taken).toEqual([]);
  });

  it("a certificate that nobody vouches for is refused", async () => {
    const secure = await startMailServer({ secure: true, logger: false, disabledCommands: ["AUTH"] });
    await expect(lineTo(secure, { tls: "from-start" }).open()).rejects.toThrow(TransportDown);
    await secure.close();
  });

  it("a wrong password is no letter's fault", async () => {
    const guarded = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: ({ password }, _session, done) =>
        password === "right" ? done(null, { user: "u" }) : done(new Error("no")),
    });
    await expect(lineTo(guarded, { login: { user: "u", pass: "wrong" } }).open()).rejects.toThrow(
      TransportDown,
    );
    const allowed = lineTo(guarded, { login: { user: "u", pass: "right" } });
    expect(await post(letter(), allowed)).toMatchObject({ kind: "accepted" });
    allowed.close();
    await guarded.close();
  });
});

describe("what would begin a header or a command", () => {
  it("in a name or a subject stays in it", async () => {
    const from = { name: 'Eve"\r\nBcc: all@example.com', address: "notices@callers360.example" };
    await post(letter("asha@example.com", { from, subject: "Hi\r\nBcc: all@example.com\r\n\r\nbody" }));
    const raw = server.taken[0]?.raw.toString() ?? "";
    const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
    expect(head).not.toMatch(/^bcc:/im);
    const mail = await PostalMime.parse(raw);
    expect(mail.bcc).toBeUndefined();
    expect(mail.subject).toContain("Bcc: all@example.com");
  });

  it("in an address is no address", async () => {
    for (const to of [
      "a@example.com>\r\nRCPT TO:<b@example.com",
      "a@example.com\r\nDATA",
      "a b@example.com",
    ]) {
      expect(await post(letter(to)), to).toMatchObject({ kind: "refused" });
    }
    expect(server.taken).toEqual([]);
  });
});

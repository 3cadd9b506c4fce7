import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import type { SMTPServerOptions } from "smtp-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { bringUpWorker, databaseOf } from "../../local/edge.ts";
import { type MailServer, startMailServer } from "../mail-server.ts";
import { type Edge, startEdge } from "./place.ts";

/** The built worker in workerd, and real servers under certificates of an authority that only these tests know. */
const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), "utf8");
const LOGIN = { user: "post", pass: "a password: with / and @" };
const GUARDED: SMTPServerOptions = {
  authOptional: false,
  disabledCommands: [],
  authMethods: ["PLAIN"],
  onAuth: ({ username, password }, _session, done) =>
    username === LOGIN.user && password === LOGIN.pass ? done(null, { user: "post" }) : done(new Error("no")),
};

let edge: Edge;
let count = 0;
const servers: { close(): unknown }[] = [];

beforeAll(async () => {
  edge = await startEdge({ trusted: [pem("ca")] });
});

afterAll(async () => {
  await edge.stop();
  for (const server of servers) await server.close();
});

async function server(certificate: string, more: SMTPServerOptions = {}): Promise<MailServer> {
  const started = await startMailServer({
    ...GUARDED,
    key: pem(`${certificate}-key`),
    cert: pem(certificate),
    ...more,
  });
  servers.push(started);
  return started;
}

/** Sends one letter by this address; what the outbox says of it once it was tried. */
async function sendBy(scheme: "smtp" | "smtps", port: number, query = ""): Promise<() => Promise<string>> {
  edge.worker.kill("SIGTERM");
  await edge.worker.ended;
  const user = `${LOGIN.user}:${encodeURIComponent(LOGIN.pass)}`;
  edge.worker = await bringUpWorker({
    ...edge.place,
    mailUrl: `${scheme}://${user}@localhost:${port}${query}`,
  });
  count += 1;
  const id = `notice-${count}`;
  const told = await fetch(`${edge.url}/api/v1/notices`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${edge.credentials.second.keys.manage}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ id, kind: "breach", words: { en: { subject: id, paragraphs: ["News."] } } }),
  });
  expect(told.status).toBe(201);
  return async () => {
    const [rows] = await openDatabase(databaseOf(edge.place)).read([
      { sql: "SELECT state FROM outbox WHERE occasion = ?1", args: [`notice/${id}`] },
    ]);
    return String(rows?.rows[0]?.state);
  };
}

const patient = { timeout: 30_000, interval: 100 };

it.each(["smtps", "smtp"] as const)("%s: delivers under TLS, with the password", async (scheme) => {
  const secure = await server("localhost", { secure: scheme === "smtps" });
  const state = await sendBy(scheme, secure.port, scheme === "smtp" ? "?tls=required" : "");
  await expect.poll(state, patient).toBe("accepted");
  expect(secure.taken.map(({ secure: under }) => under)).toContain(true);
  expect(secure.taken.every(({ secure: under }) => under)).toBe(true);
});

it.each(["smtps", "smtp"] as const)("%s: a certificate for another name gets nothing", async (scheme) => {
  const wrong = await server("elsewhere", { secure: scheme === "smtps" });
  const state = await sendBy(scheme, wrong.port, scheme === "smtp" ? "?tls=required" : "");
  await expect.poll(() => wrong.sessions() + wrong.failures(), patient).toBeGreaterThan(0);
  await expect.poll(() => edge.worker.lastWords(), patient).toContain("mail transport");
  expect([wrong.taken, await state()]).toEqual([[], expect.stringMatching(/queued|claimed/)]);
});

it("where somebody strips STARTTLS on the way, neither the letter nor the password leaves", async () => {
  const secure = await server("localhost");
  const heard: Buffer[] = [];
  const stripped = await stripper(secure.port, heard);
  const state = await sendBy("smtp", stripped.port, "?tls=required");
  await expect.poll(() => Buffer.concat(heard).toString(), patient).toContain("EHLO");
  await expect.poll(() => edge.worker.lastWords(), patient).toContain("does not offer STARTTLS");
  expect(Buffer.concat(heard).toString()).not.toMatch(/AUTH|MAIL FROM/i);
  expect([secure.taken, await state()]).toEqual([[], expect.stringMatching(/queued|claimed/)]);
});

/** Stands in between and takes STARTTLS out of what the server offers. */
async function stripper(to: number, heard: Buffer[]): Promise<{ port: number }> {
  const open = new Set<Socket>();
  const between: Server = createServer((client) => {
    const behind = dial(to, "127.0.0.1");
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => (socket === client ? behind : client).destroy());
    }
    client.on("data", (bytes) => {
      heard.push(bytes);
      behind.write(bytes);
    });
    behind.on("data", (bytes) => client.write(bytes.toString().replace("STARTTLS", "XXXXXXXX")));
  }).listen(0, "127.0.0.1");
  await once(between, "listening");
  servers.push({
    close: () => {
      for (const socket of open) socket.destroy();
      between.close();
    },
  });
  const bound = between.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return { port: bound.port };
}

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../db/client.ts";
import { cronSocketOf, databaseOf } from "../../local/edge.ts";
import { ringCron } from "../../local/processes.ts";
import { publishVersion } from "../../worker/policy/publish.ts";
import { type Edge, startEdge } from "./place.ts";

/** A receiver as somebody would write it, with the published library. */
interface Heard {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let edge: Edge;
let receiver: Server;
let address: string;
let heard: Heard[] = [];
/** What it answers to anything but a challenge: these first, then always the same. */
let first: number[] = [];
let status = 200;
let proves: true | false | "never" | "endlessly" = true;

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const body = await textOf(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const { type, data }: { type: string; data: { challenge: string } } = JSON.parse(body);
    if (type === "webhook.challenge") {
      if (proves === "never") return;
      if (proves === "endlessly") {
        const more = setInterval(() => response.write("x".repeat(16 * 1024)), 1);
        response.on("close", () => clearInterval(more));
        return;
      }
      response.end(proves ? JSON.stringify({ challenge: data.challenge }) : "hello");
      return;
    }
    heard.push({ headers, body });
    const answer = first.shift() ?? status;
    if (answer === 302) response.setHeader("location", `${address}/elsewhere`);
    response.writeHead(answer).end("what a receiver says stays with it");
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const bound = receiver.address();
  if (bound === null || typeof bound === "string") throw new Error("the receiver has no port");
  address = `http://127.0.0.1:${bound.port}/hook`;
  edge = await startEdge({ outboundLocal: true });
});

afterAll(async () => {
  await edge.stop();
  receiver.closeAllConnections();
  receiver.close();
});

async function textOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

interface Answer {
  readonly id: string;
  readonly state: string;
  readonly secret: string;
  readonly detail: string;
  readonly last_fault: string;
  readonly webhooks: readonly Answer[];
  readonly deliveries: readonly {
    event: string;
    state: string;
    attempts: number;
    last_fault: string | null;
  }[];
}

async function manage(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Answer; text: string }> {
  const response = await fetch(`${edge.url}/api/v1/webhooks${path}`, {
    method,
    headers: {
      authorization: `Bearer ${edge.credentials.first.keys.manage}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text || "{}") };
}

const announce = (version: string, inMs = 31 * 86_400_000 + Number(version) * 1000) => {
  const now = Date.now();
  return publishVersion(openDatabase(databaseOf(edge.place)), {
    org: "org_demo",
    policy: "terms",
    version,
    markdown: `# Terms\n\nWe change ${version}.\n`,
    effectiveAt: now + inMs,
    noticedAt: now,
    class: "material",
    reason: `Reason ${version}`,
    now,
  });
};

const cron = () => ringCron(cronSocketOf(edge.place));
const types = () => heard.map(({ body }) => JSON.parse(body).data.version);

it("tells a receiver that proved itself of what is announced, signed, once", async () => {
  const added = await manage("POST", "", { url: address });
  expect(added.status).toBe(201);
  expect(added.json).toMatchObject({
    state: "pending",
    secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
  });
  const { id, secret } = added.json;

  // Before it proved itself it hears nothing, and somebody who does not know the challenge is told nothing.
  proves = false;
  await cron();
  const refused = await manage("POST", `/${id}/verify`);
  expect([refused.status, heard.length]).toEqual([409, 0]);
  expect(refused.text).not.toContain("hello");
  proves = true;
  expect((await manage("POST", `/${id}/verify`)).json.state).toBe("active");

  // The demo's coming change is told to a webhook that came later.
  await expect.poll(types).toEqual(["2026-11-23"]);
  heard = [];
  await announce("1");
  await cron();
  await cron();
  expect(types()).toEqual(["1"]);
  const [message] = heard;
  if (message === undefined) throw new Error("nothing heard");
  // The published library verifies it; the smallest change is refused.
  const library = new Webhook(secret);
  expect(library.verify(message.body, message.headers)).toMatchObject({
    type: "policy.scheduled",
    data: { policy: "terms", version: "1", reason: "Reason 1", url: `${edge.url}/p/org_demo/terms/1` },
  });
  expect(() => library.verify(message.body.replace("Reason 1", "Reason 2"), message.headers)).toThrow();
  expect(() =>
    new Webhook(secret.replace(/(?<=^whsec_)./, (one) => (one === "A" ? "B" : "A"))).verify(
      message.body,
      message.headers,
    ),
  ).toThrow();

  // Rotated: both secrets verify for a day.
  const rotated = await manage("POST", `/${id}/rotate`);
  expect(rotated.json.secret).not.toBe(secret);
  heard = [];
  await announce("2");
  await cron();
  const [second] = heard;
  for (const known of [secret, rotated.json.secret]) {
    expect(new Webhook(known).verify(second?.body ?? "", second?.headers ?? {})).toBeDefined();
  }
});

it("tries again what was not taken, follows nobody, and shows what is dead until it proves itself again", async () => {
  const [webhook] = (await manage("GET", "")).json.webhooks;
  const id = webhook?.id ?? "";
  const newest = async () => (await manage("GET", `/${id}/deliveries`)).json.deliveries[0];
  heard = [];
  first = [302];
  status = 500;
  await announce("3");
  const begun = Date.now();
  await cron();
  // The next attempt is 5 s later, by an alarm: no cron rings here. What was answered is shown nowhere.
  const faults = new Set<string | null | undefined>();
  await expect
    .poll(
      async () => {
        const found = await newest();
        faults.add(found?.last_fault);
        return found;
      },
      { timeout: 30_000, interval: 200 },
    )
    .toMatchObject({
      event: "scheduled/terms/3",
      state: "due",
      attempts: 2,
      last_fault: "It answered 500.",
    });
  expect(Date.now() - begun).toBeGreaterThan(4500);
  expect(faults).toContain("It answered 302: redirects are not followed.");
  expect(heard).toHaveLength(2);
  expect(heard[0]?.headers["webhook-id"]).toBe(heard[1]?.headers["webhook-id"]);
  expect((await manage("GET", `/${id}/deliveries`)).text).not.toContain("stays with it");

  status = 410;
  await openDatabase(databaseOf(edge.place)).write([
    "UPDATE webhook_delivery SET due_at = 0 WHERE state = 'due'",
  ]);
  await cron();
  expect(await newest()).toMatchObject({ state: "dead", attempts: 3 });
  expect((await manage("GET", "")).json.webhooks).toMatchObject([
    { state: "dead", last_fault: "It answered 410." },
  ]);
  heard = [];
  await announce("4");
  await cron();
  expect(heard).toEqual([]);

  status = 200;
  await manage("POST", `/${id}/verify`);
  await expect.poll(types).toEqual(["4"]);
  expect((await manage("POST", `/${id}/deliveries/retry`, { event: "scheduled/terms/3" })).status).toBe(202);
  await expect.poll(types).toEqual(["4", "3"]);
  expect((await manage("POST", `/${id}/deliveries/retry`, { event: "scheduled/terms/3" })).status).toBe(404);

  expect((await manage("DELETE", `/${id}`)).status).toBe(204);
  expect((await manage("GET", `/${id}/deliveries`)).status).toBe(404);
});

it("says when a version takes effect, and is held up neither by silence nor by an answer without end", async () => {
  const { id } = (await manage("POST", "", { url: address })).json;
  for (const [manner, words] of [
    ["never", "It did not answer within 5 seconds."],
    ["endlessly", "It did not give the challenge back."],
  ] as const) {
    proves = manner;
    const begun = Date.now();
    const refused = await manage("POST", `/${id}/verify`);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining(words)]);
    expect(Date.now() - begun).toBeLessThan(9000);
  }
  proves = true;
  await manage("POST", `/${id}/verify`);
  await announce("9", 1500);
  await cron();
  await new Promise((resolve) => setTimeout(resolve, 1600));
  heard = [];
  await cron();
  expect(heard.map(({ body }) => JSON.parse(body))).toMatchObject([
    { type: "policy.in_force", data: { version: "9" } },
  ]);
});

it("refuses addresses that it does not call, by the field", async () => {
  for (const url of [
    "https://10.0.0.1/",
    "https://metadata.google.internal/",
    "ftp://x.example.org/",
    "no",
  ]) {
    const refused = await manage("POST", "", { url });
    expect([refused.status, refused.text.includes('"/url"')], url).toEqual([422, true]);
  }
});

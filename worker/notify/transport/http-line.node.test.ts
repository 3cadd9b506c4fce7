import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { httpLine } from "./http-line.ts";
import { type Parcel, TransportDown } from "./line.ts";

const PARCEL: Parcel = {
  id: "mail_1",
  from: { name: 'Callers "360"', address: "notices@callers360.example" },
  to: "asha@example.com",
  subject: "News",
  text: ["Text"],
  html: ["<p>Text</p>"],
  language: "en",
  headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
};

let server: Server;
let status = 200;
let seen: { request: IncomingMessage; body: string } | undefined;

beforeEach(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen = { request, body };
    response.writeHead(status, { location: "https://example.com/" }).end('{"id":"x"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => {
  server.close();
});

function line() {
  const { port } = server.address() as AddressInfo;
  const door = { publicHost: "callers360.localhost", outboundLocal: true };
  return httpLine({ kind: "http", url: `http://127.0.0.1:${port}/emails`, token: "key" }, door);
}

it("posts a letter as JSON with the key, under an id that makes a repetition harmless", async () => {
  status = 200;
  expect(await line().send(PARCEL, null)).toEqual({ kind: "accepted", answer: '200 {"id":"x"}' });
  expect(seen?.request.headers).toMatchObject({ authorization: "Bearer key", "idempotency-key": "mail_1" });
  expect(JSON.parse(seen?.body ?? "")).toEqual({
    from: '"Callers \\"360\\"" <notices@callers360.example>',
    to: ["asha@example.com"],
    subject: "News",
    text: "Text",
    html: "<p>Text</p>",
    headers: {
      "Message-ID": "<mail_1@callers360.example>",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  });
});

it.each([
  [422, "refused", undefined],
  [429, "later", false],
  [500, "later", true],
  [307, "later", true],
])("a %i is %s", async (code, kind, unsure) => {
  status = code;
  expect(await line().send(PARCEL, null)).toMatchObject({
    kind,
    ...(unsure === undefined ? {} : { unsure }),
  });
});

it("a key that is not taken is nobody's letter's fault", async () => {
  status = 401;
  await expect(line().send(PARCEL, null)).rejects.toThrow(TransportDown);
});

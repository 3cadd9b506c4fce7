import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { extname, join } from "node:path";

/**
 * A fake of the edge, for states of the page that the real one reaches rarely: a line that falls
 * silent, a change that is lost, a session that ends. It serves the built app under the real policy
 * and says over the WebSocket what a test tells it to. The real edge is tried in `tests/product/`.
 */
export interface FakeServer {
  readonly url: string;
  /** Paths asked for over HTTP, in order. */
  readonly requests: string[];
  /** Queries of the WebSockets that were opened, in order. */
  readonly lines: URLSearchParams[];
  signedIn: boolean;
  /** What `GET /api/v1/policy/coming` says; null: it does not answer well. */
  coming: unknown;
  /** Bodies of acknowledgements that were posted, in order. */
  readonly acknowledged: Record<string, unknown>[];
  /** Of the next acknowledgements. */
  acknowledging: number;
  /** Said to every line right after it opens. */
  greeting(since: string | null): unknown;
  say(message: unknown): void;
  /** Closes every line, rudely, or with a code as the server does it. */
  hangUp(code?: number): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

export async function startFakeServer(
  built: string,
  greeting: (since: string | null) => unknown,
): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://fake");
    fake.requests.push(pathname);
    const answer = (status: number, type: string, body: string | Buffer) =>
      response.writeHead(status, { "content-type": type, "content-security-policy": POLICY }).end(body);
    const problem = (status: number) =>
      answer(status, "application/problem+json", JSON.stringify({ status }));
    if (pathname === "/api/v1/me") return fake.signedIn ? answer(200, "application/json", ME) : problem(401);
    if (pathname === "/api/v1/policy/coming") {
      return fake.coming === null
        ? problem(503)
        : answer(200, "application/json", JSON.stringify(fake.coming));
    }
    if (pathname === "/api/v1/policy/acknowledgements") {
      return readAll(request).then((body) => {
        fake.acknowledged.push(JSON.parse(body));
        const receipt = { index: 7, record: {}, salt: "", receipt: "/log/org_a/receipt/7.tlog-proof" };
        return fake.acknowledging >= 400
          ? problem(fake.acknowledging)
          : answer(fake.acknowledging, "application/json", JSON.stringify(receipt));
      });
    }
    if (pathname === "/api/auth/sign-in/email") {
      return readAll(request).then((body) => {
        fake.signedIn = JSON.parse(body).password === "right";
        return fake.signedIn ? answer(200, "application/json", "{}") : problem(401);
      });
    }
    const name = pathname === "/" ? "/index.html" : pathname === "/sign-in" ? "/sign-in.html" : pathname;
    try {
      return answer(200, TYPES[extname(name)] ?? "application/octet-stream", readFileSync(join(built, name)));
    } catch {
      return problem(404);
    }
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    const { searchParams } = new URL(request.url ?? "/", "http://fake");
    fake.lines.push(searchParams);
    if (!fake.signedIn) {
      socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const key = request.headers["sec-websocket-key"];
    // RFC 6455, 4.2.2.
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => sockets.delete(socket));
    socket.resume();
    socket.write(frame(fake.greeting(searchParams.get("since"))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake server has no port");

  const fake: FakeServer = {
    url: `http://127.0.0.1:${address.port}`,
    requests: [],
    lines: [],
    signedIn: true,
    coming: null,
    acknowledged: [],
    acknowledging: 201,
    greeting,
    say: (message) => {
      for (const socket of sockets) socket.write(frame(message));
    },
    hangUp: (code) => {
      for (const socket of sockets) {
        if (code === undefined) socket.destroy();
        else socket.end(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

const ME = JSON.stringify({
  user: { name: "Asha Naik", email: "asha@asha.example", language: null },
  org: { id: "org_a", name: "Asha Tele", time_zone: "Asia/Kolkata" },
  role: "admin",
});

async function readAll(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

/** One unmasked text frame (RFC 6455, 5.2). */
function frame(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head =
    text.length < 126
      ? Buffer.from([0x81, text.length])
      : Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]);
  return Buffer.concat([head, text]);
}

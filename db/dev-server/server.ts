import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { runBatch } from "./batch.ts";
import { Batons } from "./batons.ts";
import type { Stats } from "./counters.ts";
import { DataFile } from "./database.ts";
import { ProtocolError, SqlError, StreamExpired } from "./errors.ts";
import { runPipeline } from "./pipeline.ts";
import { readCursorRequest, readPipelineRequest, type Version } from "./protocol.ts";
import { cursorEntries } from "./results.ts";
import { Session } from "./session.ts";
import { Stream } from "./stream.ts";

export type ServerOptions = {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
  readonly dataFile: string;
  /** When given, every request but the version checks must carry it as a bearer token. */
  readonly token?: string;
  readonly streamIdleMs?: number;
  readonly busyTimeoutMs?: number;
  readonly maxBodyBytes?: number;
};

export type DatabaseServer = {
  readonly url: string;
  readonly port: number;
  stats(): Stats;
  /** Ends requests under way, rolls back open transactions, folds the log into the data file. */
  close(): Promise<void>;
};

const STREAM_IDLE_MS = 10_000;
const BUSY_TIMEOUT_MS = 5_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Longer than any client keeps an unused connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 75_000;

/** What needs no parsing as a URL. */
const PLAIN_PATH = /^(\/[a-z0-9]+)+$/;

const PIECE_LENGTH = 64 * 1024;

/** So long after the last answer was sent connections are cut. */
const STRAGGLERS_MS = 500;

/** A request that the server refuses before it looks at its content. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Serves one libSQL data file by Hrana over HTTP. @throws SqlError or the system's error when it cannot start */
export async function startDatabaseServer(options: ServerOptions): Promise<DatabaseServer> {
  const host = options.host ?? "127.0.0.1";
  const file = new DataFile(options.dataFile);
  const batons = new Batons(options.streamIdleMs ?? STREAM_IDLE_MS);
  const handler = new Handler(file, batons, options);
  const server = createServer((request, response) => {
    void handler.handle(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = KEEP_ALIVE_MS + 5_000;
  server.listen(options.port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    await file.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    stats: () => ({ ...file.stats }),
    close: () => {
      closing ??= (async () => {
        const closed = once(server, "close");
        server.close();
        // Idle streams first: requests under way may be waiting for one of their transactions.
        batons.closeAll();
        await handler.settled();
        batons.closeAll();
        server.closeIdleConnections();
        const straggling = setTimeout(() => server.closeAllConnections(), STRAGGLERS_MS);
        await closed;
        clearTimeout(straggling);
        await file.close();
      })();
      return closing;
    },
  };
}

class Handler {
  readonly #file: DataFile;
  readonly #batons: Batons;
  readonly #options: ServerOptions;
  readonly #token: Buffer | undefined;
  readonly #underWay = new Set<Promise<void>>();

  constructor(file: DataFile, batons: Batons, options: ServerOptions) {
    this.#file = file;
    this.#batons = batons;
    this.#options = options;
    this.#token = options.token === undefined ? undefined : digest(options.token);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const work = this.#route(request, response)
      .catch((error: unknown) => fail(response, error))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    await work;
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request.url ?? "/");
    switch (`${request.method} ${path}`) {
      case "GET /v2":
      case "GET /v3":
        return sendText(response, 200, "Hello, this is Hrana over HTTP");
      case "GET /health":
        return sendText(response, 200, "");
      case "GET /stats":
        this.#authorize(request);
        return sendJson(response, 200, this.#file.stats);
      case "POST /v2/pipeline":
        return this.#pipeline(request, response, 2);
      case "POST /v3/pipeline":
        return this.#pipeline(request, response, 3);
      case "POST /v3/cursor":
        return this.#cursor(request, response);
      default:
        throw new Refused(404, "Not found");
    }
  }

  async #pipeline(request: IncomingMessage, response: ServerResponse, version: Version): Promise<void> {
    this.#authorize(request);
    const { baton, requests } = readPipelineRequest(await this.#body(request), version);
    await this.#withStream(baton, response, async (stream) => {
      const results = await runPipeline(stream, requests);
      await this.#file.durable();
      const next = this.#batons.release(stream);
      sendJson(response, 200, { baton: next, base_url: null, results });
    });
  }

  async #cursor(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#authorize(request);
    const { baton, steps } = readCursorRequest(await this.#body(request), 3);
    await this.#withStream(baton, response, async (stream) => {
      const announced = this.#batons.announce(stream);
      response.writeHead(200, { "content-type": "text/plain" });
      const lines = new JsonLines(response);
      await lines.write({ baton: announced.baton, base_url: null });
      let index = 0;
      for await (const step of runBatch(stream, steps)) {
        await this.#file.durable();
        for (const entry of cursorEntries(step, index)) await lines.write(entry);
        index += 1;
      }
      await lines.flush();
      announced.ready();
      response.end();
    });
  }

  /** Finds or opens the stream; closes it when the work fails or its client will never get the baton. */
  async #withStream(
    baton: string | undefined,
    response: ServerResponse,
    work: (stream: Stream) => Promise<void>,
  ): Promise<void> {
    const stream = baton === undefined ? this.#openStream() : await this.#batons.acquire(baton);
    try {
      await work(stream);
    } catch (error) {
      this.#batons.drop(stream);
      throw error;
    }
    if (response.destroyed) this.#batons.drop(stream);
    response.once("close", () => {
      if (!response.writableFinished) this.#batons.drop(stream);
    });
  }

  #openStream(): Stream {
    return new Stream(new Session(this.#file, this.#options.busyTimeoutMs ?? BUSY_TIMEOUT_MS));
  }

  #authorize(request: IncomingMessage): void {
    const token = this.#token;
    if (token === undefined) return;
    const { authorization } = request.headers;
    if (authorization === undefined) {
      throw new Refused(401, "The `Authorization` HTTP header is required but was not specified");
    }
    const [scheme = "", given = ""] = authorization.split(" ");
    if (scheme.toLowerCase() !== "bearer" || !timingSafeEqual(digest(given), token)) {
      throw new Refused(401, "The bearer token is not valid");
    }
  }

  async #body(request: IncomingMessage): Promise<unknown> {
    const body = await wholeBody(request, this.#options.maxBodyBytes ?? MAX_BODY_BYTES);
    try {
      return JSON.parse(body.toString("utf8"));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ProtocolError(`Cannot deserialize client message from JSON: ${reason}`);
    }
  }
}

function pathOf(target: string): string {
  return PLAIN_PATH.test(target) ? target : new URL(target, "http://localhost").pathname;
}

/** The body by its events: iterating a request takes several times as long for a small one. @throws Refused 413 */
function wholeBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new Refused(413, `The request body is larger than ${limit} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        request.pause();
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    // A client that goes away in the middle ends neither way.
    request.on("close", () => {
      if (!request.complete) reject(new ProtocolError("The client has gone"));
    });
  });
}

/** Both sides of a comparison in constant time must be equally long. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof StreamExpired) {
    sendJson(response, 400, { message: error.message, code: error.code });
  } else if (error instanceof ProtocolError) {
    sendText(response, 400, error.message);
  } else if (error instanceof Refused) {
    // The rest of a refused body is not read: the connection cannot be used again.
    response.setHeader("connection", "close");
    sendJson(response, error.status, { error: error.message });
  } else if (error instanceof SqlError) {
    sendJson(response, 500, error.toHrana());
  } else {
    console.error(error);
    sendJson(response, 500, { error: "Internal error" });
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain" }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  // A text leaves with its head in one piece, bytes do not.
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Lines of JSON in large pieces: one write for each line would cost more than the line. */
class JsonLines {
  readonly #response: ServerResponse;
  #pending: string[] = [];
  #length = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Waits while the client does not keep up. @throws ProtocolError when it is gone */
  async write(line: object): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length > PIECE_LENGTH) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#response.destroyed) throw new ProtocolError("The client has gone");
    const piece = this.#pending.join("");
    this.#pending = [];
    this.#length = 0;
    if (this.#response.write(piece)) return;
    await new Promise<void>((resolve) => {
      const goOn = () => {
        this.#response.off("drain", goOn).off("close", goOn);
        resolve();
      };
      this.#response.on("drain", goOn).on("close", goOn);
    });
  }
}

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";
import type { Contender } from "./peers.ts";

const DEMO = new URL("../../consent-banner/demo/", import.meta.url);
const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css", html: "text/html" };
/** The demo site's page without its own tag and gated parts: the same for all. */
const PAGE = readFileSync(new URL("index.html", DEMO), "utf8")
  .replace(/<script[\s\S]*?<\/script>/g, "")
  .replace(/<iframe[\s\S]*?<\/iframe>/, "");
const GATED = "window.gated = performance.now()";

/** Two origins: the page at `site/{number}`, the contenders' files at `host`; all brotli 11. */
export interface Stage {
  readonly site: string;
  /** Bytes of the files that the contender's visits really asked for. */
  filesOf(contender: Contender): number;
  /** The same with what it adds to the page's own markup. */
  bytesOf(contender: Contender): number;
  close(): void;
}

export async function openStage(contenders: readonly Contender[]): Promise<Stage> {
  const asked = new Set<string>();
  const bodies = new Map<string, Buffer>();
  for (const { files } of contenders)
    for (const [path, body] of Object.entries(files)) bodies.set(path, brotli(body()));

  const hostServer = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://host");
    asked.add(pathname);
    const body = bodies.get(pathname);
    response.setHeader("access-control-allow-origin", "*");
    if (request.method === "POST") {
      response.writeHead(201, { "content-type": "application/json" }).end("{}");
    } else if (body === undefined) response.writeHead(404).end();
    else {
      response.writeHead(200, { "content-type": typeOf(pathname), "content-encoding": "br" }).end(body);
    }
  });
  const host = await listen(hostServer, "127.0.0.1");
  const pageOf = (contender: Contender | undefined) =>
    contender === undefined
      ? PAGE
      : PAGE.replace("</head>", () => `${contender.head.replaceAll("HOST", host)}</head>`).replace(
          "</body>",
          () => `${contender.gated(GATED)}</body>`,
        );

  const siteServer = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path.startsWith("/demo/style.css"))
      return send(response, "text/css", readFileSync(new URL("style.css", DEMO), "utf8"));
    const number = /^\/(\d+|bare)$/.exec(path)?.[1];
    if (number === undefined) return response.writeHead(404).end();
    send(response, "text/html", pageOf(contenders[Number(number)]));
  });
  const site = await listen(siteServer, "localhost");
  const filesOf = ({ files }: Contender) =>
    Object.keys(files)
      .filter((path) => asked.has(path))
      .reduce((sum, path) => sum + (bodies.get(path)?.length ?? 0), 0);
  return {
    site,
    filesOf,
    bytesOf: (contender) => filesOf(contender) + brotli(pageOf(contender)).length - brotli(PAGE).length,
    close() {
      siteServer.close();
      hostServer.close();
    },
  };
}

function send(response: import("node:http").ServerResponse, type: string, text: string): void {
  response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-encoding": "br" });
  response.end(brotli(text));
}

const typeOf = (path: string) => `${TYPES[path.split(".").pop() ?? ""] ?? "text/plain"}; charset=utf-8`;
const brotli = (text: string) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });

function listen(server: Server, name: string): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://${name}:${typeof address === "object" && address !== null ? address.port : 0}`);
    });
  });
}

/// <reference types="node" />

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { type BuiltBanner, buildBanner } from "./build.ts";
import { type Configuration, inLanguage, insertConfiguration } from "./configuration.ts";
import { demoNotice } from "./demo-notice.ts";
import { chooseLanguage } from "./language.ts";

/** What the tests publish; a test changes a field to see the rule behind it. */
export const demoConfiguration: Configuration = {
  site: "site_demo",
  policy_version: "2025-10-26",
  notice: demoNotice,
  notice_hash: "5a".repeat(32),
};

export interface SeenPost {
  readonly path: string;
  readonly key: string | null;
  readonly contentType: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Two origins: the site on `localhost`, and on `127.0.0.1` a fake consent endpoint. */
export interface Stage {
  readonly site: string;
  readonly host: string;
  readonly browser: Browser;
  readonly banner: BuiltBanner;
  configuration: Configuration;
  /** The page at `/`; `__HOST__` is filled in. Null: the demo page. */
  html: string | null;
  /** Of the page at `/` and of the demo page. */
  contentSecurityPolicy: string;
  /** What the fake consent endpoint answers; null = as the contract says. */
  consentStatus: number | null;
  /** Paths asked of the site, in order. */
  readonly siteRequests: string[];
  readonly consents: SeenPost[];
  readonly collected: SeenPost[];
  /** Of `/c/site_demo.json`, in order. */
  readonly languagesAsked: (string | null)[];
  newPage(options?: BrowserContextOptions): Promise<{ page: Page; context: BrowserContext }>;
  /** Closes what a test before has opened, and waits for what that still sends. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const DEMO = new URL("./demo/", import.meta.url);
const TYPES: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };

/** Without a post for so long, what came before has all arrived. */
const QUIET_MS = 100;

/** Opens Chromium and both origins on free ports. */
export async function openStage(): Promise<Stage> {
  const banner = await buildBanner();
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const contexts: BrowserContext[] = [];
  let lastPost = 0;
  const siteServer = createServer((request, response) => void serveSite(request, response));
  const fakeConsentEndpoint = createServer((request, response) => void answerAsWorker(request, response));
  const sitePort = await listen(siteServer);
  const hostPort = await listen(fakeConsentEndpoint);

  const stage: Stage = {
    site: `http://localhost:${sitePort}`,
    host: `http://127.0.0.1:${hostPort}`,
    browser,
    banner,
    configuration: demoConfiguration,
    html: null,
    contentSecurityPolicy: "",
    consentStatus: null,
    siteRequests: [],
    consents: [],
    collected: [],
    languagesAsked: [],
    async newPage(options) {
      const context = await browser.newContext(options);
      contexts.push(context);
      return { context, page: await context.newPage() };
    },
    async reset() {
      const before = contexts.splice(0);
      await Promise.all(before.map((context) => context.close()));
      // A page sends its choice as it goes.
      if (before.length > 0) {
        do await new Promise((resume) => setTimeout(resume, QUIET_MS));
        while (Date.now() - lastPost < QUIET_MS);
      }
      stage.configuration = demoConfiguration;
      stage.html = null;
      stage.consentStatus = null;
      stage.contentSecurityPolicy = `script-src 'self' ${stage.host}; style-src 'self'`;
      stage.siteRequests.length = stage.consents.length = 0;
      stage.collected.length = stage.languagesAsked.length = 0;
    },
    async close() {
      await browser.close();
      siteServer.close();
      fakeConsentEndpoint.close();
    },
  };
  await stage.reset();
  return stage;

  async function serveSite(request: IncomingMessage, response: ServerResponse) {
    const path = new URL(request.url ?? "/", stage.site).pathname;
    stage.siteRequests.push(path);
    if (path === "/" || path === "/demo/") {
      const html = path === "/" && stage.html !== null ? stage.html : await demoFile("index.html");
      response.setHeader("content-type", "text/html");
      response.setHeader("content-security-policy", stage.contentSecurityPolicy);
      response.end(html.replaceAll("__HOST__", stage.host));
    } else if (path.startsWith("/demo/")) {
      response.setHeader("content-type", TYPES[path.split(".").pop() ?? ""] ?? "text/plain");
      response.end(await demoFile(path.slice("/demo/".length)));
    } else if (path.startsWith("/say/")) {
      // A script that says its name after so many milliseconds: /say/NAME/MS.js
      const [, , name, ms] = path.split(/[/.]/);
      setTimeout(() => {
        response.setHeader("content-type", "text/javascript");
        response.end(`(window.said ||= []).push(${JSON.stringify(name)})`);
      }, Number(ms));
    } else {
      response.statusCode = 404;
      response.end();
    }
  }

  function moduleAt(path: string): string | undefined {
    return banner.modules[path.slice("/c/site_demo/".length, -".js".length)];
  }

  function languageOf(request: IncomingMessage, url: URL): string {
    const wishes = url.searchParams.get("language") ?? request.headers["accept-language"] ?? "";
    return chooseLanguage(
      wishes.split(",").map((part) => part.split(";")[0] ?? ""),
      stage.configuration.notice.languages,
    );
  }

  /** Stands for the worker in these journeys only: it acknowledges, and keeps what it was told. */
  async function answerAsWorker(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", stage.host);
    response.setHeader("access-control-allow-origin", "*");
    const json = (status: number, value: unknown) => {
      response.statusCode = status;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    };
    const script = (code: string) => {
      response.setHeader("content-type", "text/javascript");
      response.end(code);
    };
    if (request.method === "OPTIONS") {
      response.setHeader("access-control-allow-headers", "authorization");
      response.statusCode = 204;
      response.end();
    } else if (request.method === "POST") {
      const seen = {
        path: url.pathname,
        key: url.searchParams.get("key"),
        contentType: request.headers["content-type"] ?? "",
        body: JSON.parse(await bodyOf(request)),
      };
      lastPost = Date.now();
      const isConsent = url.pathname === "/api/v1/consent/site_demo";
      (isConsent ? stage.consents : stage.collected).push(seen);
      if (!isConsent) {
        response.statusCode = 204;
        response.end();
      } else if (stage.consentStatus !== null) json(stage.consentStatus, {});
      else json(201, recorded(seen.body.consent_id, stage.consents.length));
    } else if (url.pathname === "/c/site_demo.js")
      script(insertConfiguration(banner.code, stage.configuration, languageOf(request, url)));
    else if (url.pathname === `/c/site_demo/${banner.hash}.js`)
      script(insertConfiguration(banner.code, null));
    else if (url.pathname.startsWith("/c/site_demo/") && moduleAt(url.pathname) !== undefined)
      script(moduleAt(url.pathname) ?? "");
    else if (url.pathname === "/c/site_demo.json") {
      stage.languagesAsked.push(url.searchParams.get("language"));
      json(200, inLanguage(stage.configuration, languageOf(request, url)));
    } else if (url.pathname.endsWith(".tlog-proof")) response.end("c2sp.org/tlog-proof@v1\n");
    else if (url.pathname.startsWith("/api/v1/consent/site_demo/cns_"))
      json(200, { current: null, history: [recorded(url.pathname.slice(26), 41), recorded("", 42)] });
    else json(404, {});
  }
}

const recorded = (consent_id: string, index: number) => ({
  consent_id,
  index,
  record: { v: 1, consent_id },
  salt: "AAAA",
  receipt: `/log/org_demo/receipt/${index}.tlog-proof`,
});

const demoFile = (name: string) => readFile(new URL(name, DEMO).pathname, "utf8");

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** On a free port of this machine. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

import { execFile } from "node:child_process";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoNotice } from "../consent-banner/demo-notice.ts";
import { compare, propose } from "./scan/compare.ts";

/** A site, a tag that behaves as the banner does, and two third parties, each a real server. */
/** A browser a scan: seconds on a machine of one's own. */
const BUSY_MS = 180_000;

const servers: Server[] = [];
let page = "";
let tag = "";
let declared = "";
let unknown = "";

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `127.0.0.1:${address.port}`;
}

const html: RequestListener = ({ url = "/" }, response) => {
  const careless = url.startsWith("/careless");
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><title>x</title><link rel="icon" href="data:,"><script>
    ${careless ? 'document.cookie = "_early=1;max-age=864000"; localStorage.nobody = "1"; sessionStorage.known = "1";' : ""}
    window.site = { careless: ${careless} };
    </script><script src="http://${tag}/c/site_x.js"></script>`);
};

/** Choice in a cookie, analytics after agreeing; on the careless page nothing is cleared. */
const banner = () => `
  const host = document.createElement("c360-consent");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = '<button data-c360-action="accept">A</button><button data-c360-action="reject">R</button>';
  document.documentElement.append(host);
  const agreed = () => document.cookie.includes("c360_consent=yes");
  const load = (url) => new Image().src = url;
  const run = () => {
    document.cookie = "_an_1=1;max-age=864000";
    load("http://${declared}/a.gif");
    if (site.careless) load("http://${unknown}/b.gif");
  };
  root.addEventListener("click", ({ target }) => {
    const accept = target.dataset.c360Action === "accept";
    document.cookie = "c360_consent=" + (accept ? "yes" : "no");
    if (accept) run();
    else if (!site.careless) document.cookie = "_an_1=;max-age=0";
  });
  if (agreed() || (site.careless && document.cookie.includes("_an_1"))) run();
  window.c360 = { site: "site_x", host: "http://${tag}", open() {} };`;

beforeAll(async () => {
  page = await serve(html);
  declared = await serve((_, response) => response.end());
  unknown = await serve((_, response) => response.end());
  const services = [
    demoNotice.services[0],
    {
      id: "counter",
      category: "analytics",
      name: "Counter",
      provider: "Counter",
      country: "IN",
      host: declared,
      items: [
        { name: "_an_*", kind: "cookie", days: 10 },
        { name: "_early", kind: "cookie", days: 10 },
        { name: "known", kind: "session_storage", days: 0 },
      ],
    },
  ];
  tag = await serve(({ url = "" }, response) => {
    if (url.endsWith(".json"))
      response.end(JSON.stringify({ site: "site_x", notice: { ...demoNotice, services } }));
    else response.setHeader("content-type", "text/javascript").end(banner());
  });
});
afterAll(() => {
  for (const server of servers) server.close();
});

function scan(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(import.meta.dirname, "main.ts"), "scan", ...args], (error, out, err) =>
      done({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

test.concurrent(
  "a site that does what it declares has no findings",
  async () => {
    const { code, out, err } = await scan(`http://${page}/`, "--wait", "50");
    expect(err).toBe("");
    expect(out).toBe(`third party ${declared}: after agreeing; service counter.\n0 findings.\n`);
    expect(code).toBe(0);
  },
  BUSY_MS,
);

test.concurrent(
  "a careless site is told what is undeclared, too early, not cleared and still contacted",
  async () => {
    const { code, out } = await scan(`http://${page}/careless`, "--json", "--wait", "50");
    expect(code).toBe(1);
    const { findings, third_parties, proposals } = JSON.parse(out);
    const told = findings.map(
      (f: Record<string, unknown>) => `${f.phase} ${f.rule} ${f.what} ${f.name} ${f.service}`,
    );
    expect(told.sort()).toEqual(
      [
        ...["before", "reject"].flatMap((phase) => [
          `${phase} too-early cookie _early counter`,
          `${phase} too-early session_storage known counter`,
          `${phase} undeclared local_storage nobody null`,
        ]),
        "accept undeclared local_storage nobody null",
        `accept undeclared host ${unknown} null`,
        "withdraw not-cleared cookie _an_1 counter",
        "withdraw not-cleared cookie _early counter",
        "withdraw not-cleared session_storage known counter",
        `withdraw still-contacted host ${declared} counter`,
        "withdraw undeclared local_storage nobody null",
        `withdraw undeclared host ${unknown} null`,
      ].sort(),
    );
    expect(third_parties).toContainEqual({ host: unknown, phases: ["accept", "withdraw"], service: null });
    expect(proposals).toMatchObject(
      [
        { host: unknown, category: "marketing", items: [] },
        { items: [{ name: "nobody", kind: "local_storage", days: 365 }] },
      ].sort((a, b) => ((a.host ?? page) < (b.host ?? page) ? -1 : 1)),
    );
  },
  BUSY_MS,
);

test.concurrent(
  "pages that cannot be judged are told, and wrong calls",
  async () => {
    const none = await scan(`http://${declared}/`);
    expect(none).toMatchObject({ code: 3 });
    expect(none.err).toContain("no banner");
    const wrong = await Promise.all([scan(), scan("ftp://x")]);
    expect(wrong.map(({ code }) => code)).toEqual([2, 2]);
  },
  BUSY_MS,
);

test("hosts under a declared one are its, look-alikes are not", () => {
  const nothing = { items: [], contacted: [] };
  const seen = {
    before: nothing,
    reject: nothing,
    accept: { items: [], contacted: ["cdn.maps.nakshatra.example", "maps.nakshatra.example.evil.example"] },
    withdraw: nothing,
  };
  const findings = compare(demoNotice.services, seen, []);
  expect(findings).toMatchObject([{ rule: "undeclared", name: "maps.nakshatra.example.evil.example" }]);
  expect(propose(findings, seen, [])).toMatchObject([{ id: "maps_nakshatra_example_evil_example" }]);
});

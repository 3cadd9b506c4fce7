import { createServer, type Server, type ServerResponse } from "node:http";
import { html, raw } from "hono/html";
import type { Email } from "postal-mime";
import type { Mailbox } from "./mailbox.ts";

/** So many mails are listed; older ones are in the folder. */
const LISTED = 200;

/**
 * The pages on which mail of the local start is read: `/inbox/`, `/inbox/{id}`, its HTML part alone and
 * its bytes; `/inbox/mails.json` for programs. An address of its own, beside the product.
 */
export function inboxServer(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    answer(mailbox, request.headers.host ?? "", request.url ?? "", response).catch((error: unknown) => {
      process.stderr.write(`inbox: ${String(error)}\n`);
      if (!response.headersSent) send(response, 500, "text/plain", "The mail could not be read.\n");
      else response.destroy();
    });
  });
}

async function answer(mailbox: Mailbox, host: string, url: string, response: ServerResponse): Promise<void> {
  // A name of somebody else's that leads to this machine is a page of theirs trying to read along.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) {
    return send(response, 421, "text/plain", "This inbox is only for this machine.\n");
  }
  const { pathname } = new URL(url, "http://localhost");
  if (pathname === "/" || pathname === "/inbox") {
    response.writeHead(302, { location: "/inbox/" }).end();
    return;
  }
  if (pathname === "/inbox/") return send(response, 200, "text/html", await listPage(mailbox));
  if (pathname === "/inbox/mails.json") {
    return send(response, 200, "application/json", JSON.stringify(await summaries(mailbox)));
  }
  const [, id, part] = /^\/inbox\/(\d+)(\.eml|\.html)?$/.exec(pathname) ?? [];
  const bytes = id === undefined ? null : mailbox.raw(id);
  const mail = id === undefined ? null : await mailbox.read(id);
  if (id === undefined || bytes === null || mail === null) {
    return send(response, 404, "text/plain", "There is no such mail.\n");
  }
  if (part === ".eml") return send(response, 200, "message/rfc822", bytes);
  if (part === ".html") return send(response, 200, "text/html", mail.html ?? "<!doctype html>", MAIL_POLICY);
  return send(response, 200, "text/html", await mailPage(id, mail));
}

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'";
/** A mail's HTML gets no origin, no script, and fetches nothing. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'";

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  policy = PAGE_POLICY,
): void {
  response
    .writeHead(status, {
      "content-type": type === "message/rfc822" ? type : `${type}; charset=utf-8`,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    })
    .end(body);
}

async function summaries(mailbox: Mailbox) {
  const ids = mailbox.ids().slice(0, LISTED);
  return Promise.all(
    ids.map(async (id) => {
      const mail = await mailbox.read(id);
      return {
        id,
        at: new Date(Number(id) / 1000).toISOString(),
        to: recipientsOf(mail),
        subject: mail?.subject ?? "",
      };
    }),
  );
}

async function listPage(mailbox: Mailbox): Promise<string> {
  const mails = await summaries(mailbox);
  const rows = mails.map(
    ({ id, at, to, subject }) =>
      html`<tr><td><time datetime="${at}">${at.slice(0, 19).replace("T", " ")}</time></td><td>${to}</td><td><a href="/inbox/${id}">${subject === "" ? "(no subject)" : subject}</a></td></tr>\n`,
  );
  return page(
    "Inbox",
    html`<h1>Inbox</h1>
<p>Mail that this local start sent. Nothing of it left the machine.</p>
${
  mails.length === 0
    ? html`<p>Nothing yet.</p>`
    : html`<table><thead><tr><th scope="col">Sent (UTC)</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>
${rows}</tbody></table>`
}`,
  );
}

function mailPage(id: string, mail: Email): Promise<string> {
  const headers = mail.headers.map(({ key, value }) => html`<dt>${key}</dt><dd>${value}</dd>\n`);
  return page(
    mail.subject ?? "(no subject)",
    html`<p><a href="/inbox/">Inbox</a></p>
<h1>${mail.subject ?? "(no subject)"}</h1>
<dl>
<dt>From</dt><dd>${mail.from?.name ?? ""} ${mail.from?.address ?? ""}</dd>
<dt>To</dt><dd>${recipientsOf(mail)}</dd>
</dl>
<p><a href="/inbox/${id}.html">HTML alone</a> · <a href="/inbox/${id}.eml">as it arrived</a></p>
<h2>HTML</h2>
<iframe src="/inbox/${id}.html" title="The mail as HTML"></iframe>
<h2>Text</h2>
<pre>${mail.text ?? ""}</pre>
<details><summary>Headers</summary><dl>${headers}</dl></details>`,
  );
}

function recipientsOf(mail: Email | null): string {
  return (mail?.to ?? []).map(({ address }) => address ?? "").join(", ");
}

async function page(title: string, body: ReturnType<typeof html>): Promise<string> {
  const whole = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>${raw(STYLE)}</style></head>
<body><main>${body}</main></body></html>
`;
  return whole.toString();
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60em;padding:1em}
table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4em .6em;border-bottom:1px solid;vertical-align:top;overflow-wrap:anywhere}
h1{overflow-wrap:anywhere}
@media(max-width:40em){thead{position:absolute;clip-path:inset(50%)}tr{display:block;padding:.4em 0;border-bottom:1px solid}td{display:block;padding:.1em 0;border:0}}
iframe{width:100%;height:70vh;border:1px solid;background:Canvas}pre{white-space:pre-wrap;overflow-wrap:anywhere}
dt{font-weight:600}dd{margin:0 0 .4em;overflow-wrap:anywhere}`;

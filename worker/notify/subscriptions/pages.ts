import { html } from "hono/html";
import { type Html, pageShell } from "../../http/page.ts";
import { LIST_NAMES, type List, WORDING } from "./subscription.ts";

/** The pages of the lists: forms that work without script, and nothing that a GET could change. */

/** For whom and why a form is shown again. */
export interface FormState {
  readonly list: List;
  readonly owner: string;
  readonly email?: string;
  readonly fault?: string;
}

export function subscribePage({ list, owner, email = "", fault }: FormState): Promise<string> {
  return shell(
    `${LIST_NAMES[list]} – ${owner}`,
    html`<h1>${LIST_NAMES[list]}</h1>
<p>${WORDING[list]}</p>
<p>We first send one mail with a link: only who reads that mailbox can confirm.</p>
<form method="post" class="ask">
<p><label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="email" required maxlength="254" value="${email}"${
      fault === undefined ? "" : html` aria-invalid="true" aria-describedby="fault"`
    }></p>
${fault === undefined ? "" : html`<p id="fault" role="alert">${fault}</p>`}
<p><button>Subscribe</button></p>
</form>`,
  );
}

export function askedPage(list: List): Promise<string> {
  return shell(
    "Look into your mailbox",
    html`<h1>Look into your mailbox</h1>
<p>If this address is not on the list yet, a mail is on its way to it. Its link works for three days.</p>
<p class="fine">${WORDING[list]}</p>`,
  );
}

export function confirmPage(list: List, owner: string): Promise<string> {
  return shell(
    "Confirm your subscription",
    html`<h1>${LIST_NAMES[list]}: ${owner}</h1>
<p>${WORDING[list]}</p>
<form method="post" class="ask"><p><button>Yes, subscribe me</button></p></form>
<p class="fine">You asked for nothing? Close this page: without a confirmation the address is deleted within three days.</p>`,
  );
}

export function confirmedPage(list: List): Promise<string> {
  return shell(
    "You are subscribed",
    html`<h1>You are subscribed</h1>
<p>${LIST_NAMES[list]}. Every mail has a link to leave again, with one click.</p>`,
  );
}

export function leavePage(): Promise<string> {
  return shell(
    "Leave this list",
    html`<h1>Leave this list</h1>
<p>You will get no more of these mails, and the address is deleted.</p>
<form method="post" class="ask"><input type="hidden" name="List-Unsubscribe" value="One-Click"><p><button>Unsubscribe</button></p></form>`,
  );
}

export function leftPage(): Promise<string> {
  return shell(
    "You have left the list",
    html`<h1>You have left the list</h1>
<p>The address is deleted. What we sent before stays as it was.</p>`,
  );
}

export function expiredPage(): Promise<string> {
  return shell(
    "This link does not work",
    html`<h1>This link does not work</h1>
<p>It has expired, was replaced by a newer one, or is not complete. Copy it once more from the mail, or <a href="/subscribe/policy">subscribe again</a>.</p>`,
  );
}

function shell(title: string, body: Html): Promise<string> {
  return pageShell({ title, lang: "en", body, head: html`<meta name="robots" content="noindex">` });
}

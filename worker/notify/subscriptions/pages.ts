import { html } from "hono/html";
import { isRightToLeft } from "../../../consent-banner/language.ts";
import { type Html, pageShell } from "../../http/page.ts";
import { WORDS_IN } from "../words/tags.ts";
import { type Words, wordsIn } from "../words/words.ts";
import type { List } from "./subscription.ts";

/** The pages of the lists: forms that work without script, and nothing that a GET could change. */

/** For whom and why a form is shown again. */
export interface FormState {
  readonly list: List;
  readonly owner: string;
  /** The form's own address in a language. */
  readonly pathIn: (language: string) => string;
  readonly email?: string;
  readonly wrong?: boolean;
}

export async function subscribePage(
  words: Words,
  { list, owner, pathIn, email = "", wrong = false }: FormState,
): Promise<string> {
  const { page, lists } = words;
  const { name, wording } = lists[list];
  return shell(
    words,
    `${name} – ${owner}`,
    html`<h1>${name}</h1>
${await languageMenu(words, pathIn)}
<p>${wording}</p>
<p>${page.first_a_mail}</p>
<form method="post" action="${pathIn(words.language)}" class="ask">
<p><label for="email">${page.email}</label>
<input id="email" name="email" type="email" dir="ltr" autocomplete="email" required maxlength="254" value="${email}"${
      wrong ? html` aria-invalid="true" aria-describedby="fault"` : ""
    }></p>
${wrong ? html`<p id="fault" role="alert">${page.bad_email}</p>` : ""}
<p><button>${page.subscribe}</button></p>
</form>`,
  );
}

/** Each language by its own name: the one that is chosen is the letters' too. */
async function languageMenu({ language, page }: Words, pathIn: FormState["pathIn"]): Promise<Html> {
  const all = await Promise.all(WORDS_IN.map(wordsIn));
  return html`<nav class="languages" aria-label="${page.languages}"><ul>
${all.map(({ language: tag, name }) =>
  tag === language
    ? html`<li><span lang="${tag}" aria-current="true">${name}</span></li>\n`
    : html`<li><a href="${pathIn(tag)}" lang="${tag}" hreflang="${tag}">${name}</a></li>\n`,
)}</ul></nav>`;
}

export function askedPage(words: Words, list: List): Promise<string> {
  const { page, lists } = words;
  return shell(
    words,
    page.look,
    html`<h1>${page.look}</h1>
<p>${page.on_its_way}</p>
<p class="fine">${lists[list].wording}</p>`,
  );
}

export function confirmPage(words: Words, list: List, owner: string): Promise<string> {
  const { page, lists } = words;
  return shell(
    words,
    page.confirm,
    html`<h1>${lists[list].name}: ${owner}</h1>
<p>${lists[list].wording}</p>
<form method="post" class="ask"><p><button>${page.confirm_button}</button></p></form>
<p class="fine">${page.asked_for_nothing}</p>`,
  );
}

export function confirmedPage(words: Words, list: List): Promise<string> {
  const { page, lists } = words;
  return shell(
    words,
    page.subscribed,
    html`<h1>${page.subscribed}</h1>
<p>${lists[list].name}</p>
<p>${page.can_leave}</p>`,
  );
}

export function leavePage(words: Words): Promise<string> {
  const { page } = words;
  return shell(
    words,
    page.leave,
    html`<h1>${page.leave}</h1>
<p>${page.leave_means}</p>
<form method="post" class="ask"><input type="hidden" name="List-Unsubscribe" value="One-Click"><p><button>${page.leave_button}</button></p></form>`,
  );
}

export function leftPage(words: Words): Promise<string> {
  const { page } = words;
  return shell(
    words,
    page.left,
    html`<h1>${page.left}</h1>
<p>${page.left_means}</p>`,
  );
}

export function expiredPage(words: Words): Promise<string> {
  const { page } = words;
  return shell(
    words,
    page.broken,
    html`<h1>${page.broken}</h1>
<p>${page.broken_means} <a href="/subscribe/policy">${page.again}</a></p>`,
  );
}

function shell(words: Words, title: string, body: Html): Promise<string> {
  const { language, page, draft } = words;
  const { skip, privacy, versions } = page;
  return pageShell({
    title,
    lang: language,
    body: html`${body}
${draft === null ? "" : html`<p class="fine">${draft}</p>`}`,
    head: html`<meta name="robots" content="noindex">`,
    frame: { dir: isRightToLeft(language) ? "rtl" : "ltr", skip, privacy, versions },
  });
}

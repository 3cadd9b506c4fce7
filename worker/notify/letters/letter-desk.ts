import { html } from "hono/html";
import * as v from "valibot";
import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { readCheckpoint } from "../../ledger/read-log.ts";
import { publisherOf, readPublisher } from "../../policy/queries.ts";
import { issueTextsOf } from "../newsletter/issue.ts";
import { issueLetter } from "../newsletter/issue-letter.ts";
import { parseAddress } from "../outbox/address.ts";
import type { Occasion } from "../outbox/occasion.ts";
import { occasionsByKey, readOccasions } from "../outbox/occasion-queries.ts";
import type { ClaimedRow } from "../outbox/queries.ts";
import { unseal } from "../outbox/seal.ts";
import type { List } from "../subscriptions/subscription.ts";
import { wayOut } from "../subscriptions/way-out.ts";
import type { Parcel } from "../transport/line.ts";
import { fill, type Words, wordsIn } from "../words/words.ts";
import { type Bodies, type Content, closed, type Footer, footed, joined, opened } from "./frame.ts";
import { noticeWordsIn } from "./notice-letter.ts";
import { policyLetter } from "./policy-letter.ts";
import { writtenLetter } from "./written-letter.ts";

export type Written =
  | { readonly kind: "parcel"; readonly parcel: Parcel }
  | { readonly kind: "unwritable"; readonly why: string };

/** A letter that many get, finished but for what differs from one to the other. */
interface Master {
  readonly content: Content;
  /** What says why one gets it. */
  readonly footing: Footing;
  /** The content in its frame, which is still open. */
  readonly head: Bodies;
  /** Why members get it, who have no list to leave. */
  readonly forMembers: Bodies;
  /** The checkpoint, and the end of the frame. */
  readonly tail: Bodies;
}

/** Writes letters of one round; what many get is thought out once. */
export class LetterDesk {
  readonly #database: Database;
  readonly #settings: Settings;
  readonly #from: Parcel["from"];
  readonly #masters = new Map<string, Promise<Master | null>>();

  constructor(database: Database, settings: Settings, from: Parcel["from"]) {
    this.#database = database;
    this.#settings = settings;
    this.#from = from;
  }

  async write(row: ClaimedRow): Promise<Written> {
    const to = parseAddress(row.address);
    if (to === null) return { kind: "unwritable", why: "not an address one can write to" };
    if (row.letter !== null) return this.#own(row, to.address, row.letter);
    const key = JSON.stringify([row.org, row.occasion, row.language]);
    let master = this.#masters.get(key);
    if (master === undefined) {
      master = this.#master(row);
      this.#masters.set(key, master);
    }
    const known = await master;
    if (known === null) return { kind: "unwritable", why: "nobody knows any more what it was about" };
    const { content } = known;
    const leavePath = row.person.startsWith("sub_")
      ? await wayOut(this.#settings.authSecret, { org: row.org, id: row.person })
      : null;
    const own =
      leavePath === null ? known.forMembers : await footed(reasonOf(known.footing, this.#urlOf(leavePath)));
    const body = joined(known.head, own, known.tail);
    return this.#parcel(row, to.address, content, body, leavePath);
  }

  /** A letter whose words are sealed in its row. */
  async #own(row: ClaimedRow, to: string, sealed: Uint8Array): Promise<Written> {
    let stored: string;
    try {
      stored = await unseal(this.#settings.authSecret, row.id, sealed);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return { kind: "unwritable", why: "it was sealed with another AUTH_SECRET" };
    }
    const words = v.parse(StoredWords, JSON.parse(stored));
    const content = writtenLetter(
      {
        subject: words.subject,
        paragraphs: words.paragraphs,
        closing: words.closing ?? [],
        ...(words.link === undefined ? {} : { link: words.link }),
      },
      row.language,
      this.#settings.publicUrl,
    );
    const leavePath = words.leavePath ?? null;
    const leave =
      leavePath === null
        ? null
        : { url: this.#urlOf(leavePath), label: (await wordsIn(row.language)).letter.leave };
    const way: Footer =
      leave === null
        ? { text: [], html: html`` }
        : {
            text: [`${leave.label}: ${leave.url}`],
            html: html`<p><a href="${leave.url}">${leave.label}</a></p>`,
          };
    const head = { text: [content.text], html: [await opened(content)] };
    const body = joined(head, await footed(way), await closed({ text: [], html: html`` }));
    return this.#parcel(row, to, content, body, leavePath);
  }

  #parcel(row: ClaimedRow, to: string, content: Content, body: Bodies, leavePath: string | null): Written {
    const headers: Record<string, string> = { "Auto-Submitted": "auto-generated" };
    if (leavePath !== null) {
      headers["List-Unsubscribe"] = `<${this.#urlOf(leavePath)}>`;
      headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click";
    }
    const { subject, language } = content;
    return {
      kind: "parcel",
      parcel: { id: row.id, from: this.#from, to, subject, language, headers, ...body },
    };
  }

  async #master(row: ClaimedRow): Promise<Master | null> {
    const [found] = await this.#database.read([occasionsByKey([{ org: row.org, id: row.occasion }])]);
    const [occasion] = readOccasions(found);
    if (occasion === undefined) return null;
    const { content, owner, log } = await this.#news(occasion, row.language);
    const checkpoint =
      log === null ? null : await readCheckpoint(this.#database, log, this.#settings.ledgerSecret);
    const words = await wordsIn(content.language);
    const footing = { words, owner, list: occasion.kind === "newsletter" ? "newsletter" : "policy" } as const;
    return {
      content,
      footing,
      head: { text: [content.text], html: [await opened(content)] },
      forMembers: await footed(reasonOf(footing, null)),
      tail: await closed(proofOf(words, checkpoint)),
    };
  }

  async #news(occasion: Occasion, language: string) {
    if (occasion.words === null) {
      return policyLetter(this.#database, this.#settings, occasion, language, Date.now());
    }
    const { org } = occasion;
    const [who] = await this.#database.read([publisherOf(org)]);
    const publisher = readPublisher(who);
    const owner = org === this.#settings.operatorOrg ? "Callers360" : (publisher?.name ?? org);
    const { publicUrl } = this.#settings;
    if (occasion.kind === "newsletter") {
      return { content: issueLetter(issueTextsOf(occasion.words), language, publicUrl), owner, log: null };
    }
    const notice = noticeWordsIn(occasion.words, language);
    const content = writtenLetter(notice.words, notice.language, publicUrl);
    return { content, owner, log: publisher?.log ?? null };
  }

  #urlOf(path: string): string {
    return this.#settings.publicUrl + path;
  }
}

/** The named shape of what `enqueueLetter` sealed. */
const StoredWords = v.object({
  subject: v.string(),
  paragraphs: v.array(v.string()),
  link: v.optional(v.object({ label: v.string(), path: v.string() })),
  closing: v.optional(v.array(v.string())),
  leavePath: v.optional(v.string()),
});

/** By which list, of whom, and in which language. */
interface Footing {
  readonly words: Words;
  readonly owner: string;
  readonly list: List;
}

const REASONS = {
  policy: { listed: "as_subscriber", unlisted: "as_member" },
  newsletter: { listed: "as_reader", unlisted: "as_tester" },
} as const satisfies Record<List, object>;

/** Why one gets it, and the way out for who is on a list. */
function reasonOf({ words, owner, list }: Footing, leaveUrl: string | null): Footer {
  const { letter, draft } = words;
  const because = fill(letter[REASONS[list][leaveUrl === null ? "unlisted" : "listed"]], { owner });
  const way = leaveUrl === null ? [] : [`${letter.leave}: ${leaveUrl}`];
  return {
    text: [because, ...way, ...(draft === null ? [] : [draft])],
    html: html`<p>${because}</p>
${leaveUrl === null ? "" : html`<p><a href="${leaveUrl}">${letter.leave}</a></p>`}${draft === null ? "" : html`<p>${draft}</p>`}`,
  };
}

/** The log as it was when this was written. */
function proofOf({ letter }: Words, checkpoint: string | null): Footer {
  if (checkpoint === null) return { text: [], html: html`` };
  return {
    text: [letter.checkpoint, checkpoint],
    html: html`<p>${letter.checkpoint}</p>
<pre dir="ltr">${checkpoint}</pre>
`,
  };
}

import { html } from "hono/html";
import * as v from "valibot";
import type { Database } from "../../../db/client.ts";
import type { Settings } from "../../env.ts";
import { readCheckpoint } from "../../ledger/read-log.ts";
import { publisherOf, readPublisher } from "../../policy/queries.ts";
import { parseAddress } from "../outbox/address.ts";
import type { Occasion } from "../outbox/occasion.ts";
import { occasionsByKey, readOccasions } from "../outbox/occasion-queries.ts";
import type { ClaimedRow } from "../outbox/queries.ts";
import { unseal } from "../outbox/seal.ts";
import { wayOut } from "../subscriptions/way-out.ts";
import type { Parcel } from "../transport/line.ts";
import { type Bodies, type Content, closed, type Footer, footed, joined, opened } from "./frame.ts";
import { noticeWordsIn } from "./notice-letter.ts";
import { policyLetter } from "./policy-letter.ts";
import { wordsIn } from "./words.ts";
import { writtenLetter } from "./written-letter.ts";

export type Written =
  | { readonly kind: "parcel"; readonly parcel: Parcel }
  | { readonly kind: "unwritable"; readonly why: string };

/** A letter that many get, finished but for what differs from one to the other. */
interface Master {
  readonly content: Content;
  readonly owner: string;
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
      leavePath === null
        ? known.forMembers
        : await footed(reasonOf(content, known.owner, this.#urlOf(leavePath)));
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
      leavePath === null ? null : { url: this.#urlOf(leavePath), label: wordsIn(row.language).leave };
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
    return {
      content,
      owner,
      head: { text: [content.text], html: [await opened(content)] },
      forMembers: await footed(reasonOf(content, owner, null)),
      tail: await closed(proofOf(content, checkpoint)),
    };
  }

  async #news(occasion: Occasion, language: string) {
    if (occasion.words === null) {
      return policyLetter(this.#database, this.#settings, occasion, language, Date.now());
    }
    const { org } = occasion;
    const [who] = await this.#database.read([publisherOf(org)]);
    const publisher = readPublisher(who);
    const notice = noticeWordsIn(occasion.words, language);
    return {
      content: writtenLetter(notice.words, notice.language, this.#settings.publicUrl),
      owner: org === this.#settings.operatorOrg ? "Callers360" : (publisher?.name ?? org),
      log: publisher?.log ?? null,
    };
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

/** Why one gets it, and the way out. */
function reasonOf({ language }: Content, owner: string, leaveUrl: string | null): Footer {
  const words = wordsIn(language);
  if (leaveUrl === null) {
    const because = words.asMember(owner);
    return { text: [because], html: html`<p>${because}</p>` };
  }
  const because = words.asSubscriber(owner);
  return {
    text: [because, `${words.leave}: ${leaveUrl}`],
    html: html`<p>${because}</p>
<p><a href="${leaveUrl}">${words.leave}</a></p>`,
  };
}

/** The log as it was when this was written. */
function proofOf({ language }: Content, checkpoint: string | null): Footer {
  if (checkpoint === null) return { text: [], html: html`` };
  const words = wordsIn(language);
  return {
    text: [words.checkpoint, checkpoint],
    html: html`<p>${words.checkpoint}</p>
<pre>${checkpoint}</pre>
`,
  };
}

/** A letter that is written when it is enqueued: the words are its author's, the form is the product's. */
export interface Letter {
  readonly org: string;
  /** What it is about, as `confirm/sub_…/2`: for one occasion an address is written to once. */
  readonly occasion: string;
  /** `usr_…`, `sub_…` or another id: never in the letter itself. */
  readonly person: string;
  readonly address: string;
  /** BCP 47, of the words below. */
  readonly language: string;
  readonly words: LetterWords;
}

/** Plain text; line breaks in it count as spaces. Paths become absolute with the public address. */
export interface LetterWords {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** What is to be done, between paragraphs and closing. */
  readonly link?: { readonly label: string; readonly path: string };
  readonly closing?: readonly string[];
  /** Of a mail to a list: the page that ends it, and where a POST ends it at once (RFC 8058). */
  readonly leavePath?: string;
}

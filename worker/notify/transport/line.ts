/** A finished message and where it goes. */
export interface Parcel {
  /** `mail_…`, the left part of the Message-ID: stable over all attempts. */
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  /** In pieces that are joined by a line break, since what many letters share is encoded once. */
  readonly text: readonly string[];
  readonly html: readonly string[];
  /** BCP 47. */
  readonly language: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What became of one attempt; `answer` is the server's last word, for people. */
export type Sent =
  | { readonly kind: "accepted"; readonly answer: string }
  /** The address does not exist, for good. */
  | { readonly kind: "bounced"; readonly answer: string }
  /** This letter is not taken, for good. */
  | { readonly kind: "refused"; readonly answer: string }
  /** Not now. `unsure`: the server may have taken it all the same. */
  | { readonly kind: "later"; readonly answer: string; readonly unsure: boolean };

/** One way out, used for one letter after the other. */
export interface Line {
  /** Gets ready for a letter. @throws TransportDown when nothing can be sent at all now */
  open(): Promise<void>;
  /** @throws TransportDown when nothing gets through: the letter was not taken */
  send(parcel: Parcel): Promise<Sent>;
  close(): void;
}

/** The server does not answer or does not let us in: says nothing about any letter. */
export class TransportDown extends Error {
  override readonly name = "TransportDown";
}

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

/** From whom a letter is and where it goes. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** What became of one attempt; `answer` is the server's last word, for people. */
export type Sent = { readonly kind: "accepted"; readonly answer: string } | NotSent;

export type NotSent =
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
  /**
   * Asks whether a letter would be taken. Nothing of it has left when this returns, so a sender that ends
   * here has surely not sent it.
   * @returns null when it may be sent now
   */
  offer(envelope: Envelope): Promise<NotSent | null>;
  /**
   * Sends the letter that was offered.
   * @param next is offered after it: where the server allows, it is asked in the same breath
   * @throws TransportDown when nothing gets through: the letter was not taken
   */
  send(parcel: Parcel, next: Envelope | null): Promise<Sent>;
  close(): void;
}

/** The server does not answer or does not let us in: says nothing about any letter. */
export class TransportDown extends Error {
  override readonly name = "TransportDown";
}

export function envelopeOf({ from, to }: Pick<Parcel, "from" | "to">): Envelope {
  return { from: from.address, to };
}

import type { Leaf } from "../../worker/ledger/leaf.ts";
import type { ReceiptVerdict } from "../../worker/ledger/verify-receipt.ts";

/** What the page says: a heading, and a sentence for each thing that was found. */
export interface Wording {
  readonly tone: "verified" | "refused";
  readonly heading: string;
  readonly sentences: readonly string[];
}

/** A verdict in plain words. */
export function wordsFor(verdict: ReceiptVerdict): Wording {
  if (!verdict.verified) return refusal(verdict.reason);
  const { checkpoint, index, leaf, opened } = verdict;
  return {
    tone: "verified",
    heading: "This receipt is genuine",
    sentences: [
      `Entry ${index} of the log ${checkpoint.origin} is ${nameOf(leaf)}. It is in the tree of ${checkpoint.size} ${
        checkpoint.size === 1 ? "entry" : "entries"
      } that the log signed.`,
      ...(opened ? ["The record in the answer you gave is exactly the one that the entry commits to."] : []),
    ],
  };
}

export function refusal(reason: string): Wording {
  return { tone: "refused", heading: "This proves nothing", sentences: [reason] };
}

function nameOf(leaf: Leaf | null): string {
  switch (leaf?.kind) {
    case "consent":
      return "a consent choice, hidden behind a commitment";
    case "acknowledgement":
      return "an acknowledgement of a notice, hidden behind a commitment";
    case "subscription":
      return "a subscription, hidden behind a commitment";
    case "policy":
      return "a version of a privacy policy";
    case "notice":
      return "a published notice";
    case undefined:
      return "of a kind that this page does not know";
  }
}

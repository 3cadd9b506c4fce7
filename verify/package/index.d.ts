/** The private record behind a commitment and the salt that opens it, in padded standard base64. */
export interface Opening {
  readonly record: unknown;
  readonly salt: string;
  /** Where the log's answer said that the record stands. */
  readonly index?: number;
}

/** What a receipt proves, or the plain sentence why it proves nothing. */
export type ReceiptVerdict =
  | {
      readonly verified: true;
      readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
      readonly index: number;
      /** Null for an entry of a kind that this version does not know; it is in the log all the same. */
      readonly leaf:
        | { readonly kind: "consent" | "acknowledgement" | "subscription"; readonly commitment: Uint8Array }
        | { readonly kind: "policy" | "notice"; readonly sha256: Uint8Array }
        | null;
      /** True when the record was handed in and is the one that the entry commits to. */
      readonly opened: boolean;
    }
  | { readonly verified: false; readonly reason: string };

/**
 * Checks a receipt, a `.tlog-proof` file byte for byte, without any network.
 * @param vkeys the log's verification key, or several of which one must have signed
 * @param opening record and salt, to see that the entry commits to them
 * @throws only where a key is not one
 */
export function verifyReceipt(
  file: Uint8Array,
  vkeys: string | readonly string[],
  opening?: Opening,
): Promise<ReceiptVerdict>;

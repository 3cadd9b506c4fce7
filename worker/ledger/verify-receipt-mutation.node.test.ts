import { expect, it } from "vitest";
import { utf8 } from "./bytes.ts";
import vectors from "./fixtures/tree-vectors.json" with { type: "json" };
import { verifyReceipt } from "./verify-receipt.ts";

it("refuses a receipt with any one byte changed to any other, or left out", async () => {
  const file = utf8(vectors.signed.receipt);
  const accepted: string[] = [];
  for (let at = 0; at < file.length; at++) {
    const variants = Array.from({ length: 255 }, (_, i) => {
      const changed = Uint8Array.from(file);
      changed[at] = ((file[at] ?? 0) + i + 1) % 256;
      return changed;
    });
    variants.push(Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + 1)]));
    const verdicts = await Promise.all(variants.map((one) => verifyReceipt(one, vectors.signed.vkey)));
    if (verdicts.some((one) => one.verified)) accepted.push(`byte ${at}`);
  }
  expect(accepted).toEqual([]);
  expect((await verifyReceipt(file, vectors.signed.vkey)).verified).toBe(true);
});

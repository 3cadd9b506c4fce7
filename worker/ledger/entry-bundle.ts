import { joinBytes } from "./bytes.ts";
import { Refused } from "./refused.ts";

/** C2SP tlog-tiles entry bundle: each entry behind its length as a big-endian uint16. */

const MAX_ENTRY_BYTES = 0xffff;

/** @throws RangeError for an entry that the length cannot say */
export function renderEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return joinBytes(
    entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw new RangeError(`an entry of ${entry.length} bytes`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** Exactly `count` entries and nothing after them. @throws Refused */
export function parseEntryBundle(bundle: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (let i = 0; i < count; i++) {
    if (offset + 2 > bundle.length) throw cut(i, count);
    const start = offset + 2;
    offset = start + view.getUint16(offset);
    if (offset > bundle.length) throw cut(i, count);
    entries.push(bundle.subarray(start, offset));
  }
  if (offset !== bundle.length) throw new Refused(`The entry bundle goes on after its ${count} entries.`);
  return entries;
}

function cut(read: number, wanted: number): Refused {
  return new Refused(`The entry bundle ends after ${read} of ${wanted} entries.`);
}

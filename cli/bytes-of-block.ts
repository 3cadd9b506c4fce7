/** The named boundary of Node's untyped file streams: without an encoding their blocks are bytes. */
export function bytesOfBlock(block: unknown): Uint8Array {
  if (!(block instanceof Uint8Array)) throw new TypeError("a file without an encoding is read as bytes");
  return block;
}

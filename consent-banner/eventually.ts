import { expect } from "vitest";

/** Waits for what a slow and busy machine does late. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

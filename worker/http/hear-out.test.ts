import { SELF } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { newOrganisation, type TestOrganisation } from "../../tests/workerd/seed.ts";

let organisation: TestOrganisation;
beforeAll(async () => {
  organisation = await newOrganisation();
});

const PIECE = new Uint8Array(64 * 1024).fill(0x20);
const MIB = 1024 * 1024;

/** Sends as many bytes as it is let, and tells how many that were. */
async function upload(bytes: number, headers: Record<string, string>) {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= bytes) return controller.close();
      sent += PIECE.byteLength;
      controller.enqueue(PIECE);
    },
  });
  const response = await SELF.fetch("http://callers360.localhost/api/v1/calls", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const { type } = await response.json<{ type: string }>();
  return { status: response.status, slug: type.split("/").at(-1), sent };
}

it("a body over the limit is heard to its end, so that its sender reads why it was refused", async () => {
  const authorization = `Bearer ${organisation.keys.ingest}`;
  expect(await upload(8 * MIB, { authorization })).toEqual({ status: 413, slug: "too-large", sent: 8 * MIB });
});

it("so is one that is refused before it is read", async () => {
  expect(await upload(8 * MIB, {})).toEqual({ status: 401, slug: "unauthenticated", sent: 8 * MIB });
});

it("but not for ever", async () => {
  const { status, sent } = await upload(256 * MIB, { authorization: `Bearer ${organisation.keys.ingest}` });
  expect(status).toBe(413);
  expect(sent).toBeLessThan(48 * MIB);
});

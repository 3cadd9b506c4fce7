import * as v from "valibot";
import type { DataFolder } from "./data-folder.ts";
import { type DemoCall, demoCalls } from "./demo-calls.ts";
import { demoStates } from "./demo-states.ts";

/** Calls a request may carry. */
const CHUNK = 1000;
const IN_FLIGHT = 2;

const Marker = v.object({ until: v.number(), loaded: v.boolean() });

/**
 * Loads the demo calls, and who is at work, through the front door on the first start. A load that was broken off is
 * repeated from its beginning: the calls are the same, so what is there already counts as duplicate.
 */
export async function loadDemo(
  folder: DataFolder,
  options: { url: string; key: string; empty: boolean; say: (line: string) => void },
): Promise<void> {
  const known = v.safeParse(Marker, folder.readJson("demo.json"));
  if (known.success && known.output.loaded) return;
  const until = known.success ? known.output.until : Date.now();
  if (!options.empty) {
    folder.writeJson("demo.json", { until, loaded: false });
    const calls = [...demoCalls(until)];
    options.say(`Loading ${calls.length.toLocaleString("en-IN")} demo calls of the last 90 days`);
    await postAll(calls, options);
    await post(options, "states", { states: demoStates(Date.now()) });
  }
  folder.writeJson("demo.json", { until, loaded: true });
}

async function postAll(
  calls: readonly DemoCall[],
  edge: { readonly url: string; readonly key: string },
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < calls.length) {
      const events = calls.slice(next, next + CHUNK);
      next += CHUNK;
      await post(edge, "calls", { events });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function post(
  { url, key }: { readonly url: string; readonly key: string },
  what: "calls" | "states",
  body: object,
): Promise<void> {
  const response = await fetch(`${url}/api/v1/${what}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: { rejected?: unknown[] } = await response.json();
  if (!response.ok || answer.rejected?.length !== 0) {
    throw new Error(
      `The demo ${what} were not taken: ${response.status} ${JSON.stringify(answer).slice(0, 500)}`,
    );
  }
}

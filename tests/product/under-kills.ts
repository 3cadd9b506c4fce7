import type { Edge } from "./place.ts";

/**
 * Starts a load and kills the worker or the database in its middle, in turn, `kills` times. Each is
 * restarted at once, and the load is waited for, so that whatever it sends must get through in the end.
 */
export async function underKills(
  edge: Edge,
  kills: number,
  load: (kill: number) => readonly Promise<unknown>[],
): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    const sent = load(kill);
    await pause(Math.random() * 50);
    await killOne(edge, kill);
    await Promise.all(sent);
  }
}

/** Kills the worker when `kill` is even, else the database, and starts it again. */
export async function killOne(edge: Edge, kill: number): Promise<void> {
  if (kill % 2 === 0) {
    edge.worker.kill("SIGKILL");
    await edge.restartWorker();
  } else {
    edge.database.kill("SIGKILL");
    await edge.restartDatabase();
  }
}

/** Sends until it is acknowledged; a connection that breaks is what these tests are about. */
export async function untilAcknowledged(send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const response = await send().catch(() => null);
    if (response?.ok) return response;
    if (response !== null && response.status < 500 && response.status !== 429) {
      throw new Error(`refused: ${response.status} ${await response.text()}`);
    }
    await pause(50);
  }
  throw new Error("never acknowledged");
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { createServer, type Server } from "node:net";
import { Refusal } from "./refusal.ts";

/** A port that is held until the worker takes it over. */
export interface HeldPort {
  readonly port: number;
  release(): Promise<void>;
}

/**
 * Takes the port on the loopback address, any free one for 0.
 * @throws Refusal when something else has it, or this user may not
 */
export async function holdPort(wanted: number): Promise<HeldPort> {
  // Who already knocks is turned away: an open connection would keep the port from being let go.
  const server = createServer((socket) => socket.destroy());
  try {
    await listen(server, wanted);
  } catch (error) {
    throw portRefusal(wanted, error);
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    port: address.port,
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Why a port cannot be had, in one sentence. */
export function portRefusal(wanted: number, error: unknown): Refusal {
  const forbidden = error instanceof Error && "code" in error && error.code === "EACCES";
  return new Refusal(
    forbidden
      ? `This user may not open port ${wanted}; choose one from 1024 on with PORT.`
      : `Port ${wanted} is taken; stop what uses it, or choose another with PORT.`,
  );
}

/** A port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const held = await holdPort(0);
  await held.release();
  return held.port;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

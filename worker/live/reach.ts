import { unavailable } from "../http/problem.ts";

/** The marks by which the platform says that an object is away for a moment (Durable Objects, error handling). */
const AWAY = ["retryable", "overloaded", "durableObjectReset"];

/**
 * Calls a Durable Object. One that is being moved or begun anew, or that has more to do than it can,
 * says so on its errors: whoever asked may ask again.
 * @throws Problem 503 then, and every other error as it is
 */
export async function reached<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isAway(error)) throw unavailable();
    throw error;
  }
}

/** Whether an error says that an object, or something that it asked, is away for a moment. */
export function isAway(error: unknown): boolean {
  return error instanceof Error && AWAY.some((mark) => isMarked(error, mark));
}

function isMarked(error: Error, mark: string): boolean {
  return Object.getOwnPropertyDescriptor(error, mark)?.value === true;
}

import type { Spoken } from "./configuration.ts";

/** Content hash of what few pages need, the name under which it is served. */
declare const __C360_AFTERCARE__: string;

/** Where the tag of this page comes from, and whose it is. */
export const tag = { host: "", site: "" };

let failures = 0;

/** A module of this build by the name under which it is served. */
export async function load<T>(name: string): Promise<T> {
  try {
    // A module that failed to load stays failed under its address: the fragment makes a new one.
    return await import(/* @vite-ignore */ `${tag.host}/c/${tag.site}/${name}.js#${failures}`);
  } catch (fault) {
    failures++;
    throw fault;
  }
}

export const aftercare = () => load<typeof import("./aftercare.ts")>(__C360_AFTERCARE__);

/**
 * The page's own `fetch`. Where that fails, or the worker asks for some work first, what comes later sees to it.
 * @throws TypeError where there is no network
 */
export async function request(url: string, init: RequestInit): Promise<Response> {
  const options: RequestInit = { ...init, credentials: "same-origin" };
  let asked: Response | undefined;
  try {
    const response = await fetch(url, options);
    if (!response.headers.has("c360-challenge")) return response;
    asked = response;
  } catch {
    // Also without network: then the browser's own says so.
  }
  return (await aftercare()).insist(url, options, asked);
}

/**
 * What is published, with the texts of the best language for these wishes only. A refusal has none of
 * its fields, so whoever takes it apart fails.
 */
export async function published(wishes: readonly string[]): Promise<Spoken> {
  return (await request(`${tag.host}/c/${tag.site}.json?language=${wishes}`, {})).json();
}

import type { Spoken } from "./configuration.ts";

let pristine: Window["fetch"] | undefined;

/**
 * The page's own `fetch`, or, where that fails, the browser's from an empty frame: pages replace it.
 * @throws TypeError where there is no network
 */
export async function request(url: string, init: RequestInit): Promise<Response> {
  const options: RequestInit = { ...init, credentials: "same-origin" };
  try {
    const response = await fetch(url, options);
    if (response instanceof Response) return response;
  } catch {
    // Also without network: then the other one says so.
  }
  if (!pristine) {
    const frame = document.createElement("iframe");
    frame.hidden = true;
    document.documentElement.append(frame);
    pristine = frame.contentWindow?.fetch ?? fetch;
  }
  return pristine(url, options);
}

/**
 * What is published, with the texts of the best language for these wishes only. A refusal has none of
 * its fields, so whoever takes it apart fails.
 */
export async function requestConfiguration(
  host: string,
  site: string,
  wishes: readonly string[],
): Promise<Spoken> {
  return (await request(`${host}/c/${site}.json?language=${wishes}`, {})).json();
}

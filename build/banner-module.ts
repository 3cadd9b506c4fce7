import type { Plugin } from "vite";

const NAME = "virtual:consent-banner";

/** Makes the compiled banner importable by the worker: `import { bannerCode, bannerHash } from "virtual:consent-banner"`. */
export function bannerModule(): Plugin {
  return {
    name: "consent-banner",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    async load(id) {
      if (id !== `\0${NAME}`) return undefined;
      // Imported when needed: a test run that never touches the worker need not build the banner.
      const { buildBanner } = await import(new URL("../consent-banner/build.ts", import.meta.url).href);
      const { code, secondLayer, hash } = await buildBanner();
      return [
        `export const bannerCode = ${JSON.stringify(code)};`,
        `export const bannerSecondLayer = ${JSON.stringify(secondLayer ?? "")};`,
        `export const bannerHash = ${JSON.stringify(hash)};`,
      ].join("\n");
    },
  };
}

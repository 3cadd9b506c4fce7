import type { Plugin } from "vite";
import { buildBanner } from "../consent-banner/build.ts";

const NAME = "virtual:consent-banner";

/** Makes the compiled banner importable by the worker: `import { bannerCode, bannerModules } from "virtual:consent-banner"`. */
export function bannerModule(): Plugin {
  return {
    name: "consent-banner",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    async load(id) {
      if (id !== `\0${NAME}`) return undefined;
      const { code, modules } = await buildBanner();
      return [
        `export const bannerCode = ${JSON.stringify(code)};`,
        `export const bannerModules = ${JSON.stringify(modules)};`,
      ].join("\n");
    },
  };
}

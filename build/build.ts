import { cpSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { build } from "vite";
import solid from "vite-plugin-solid";
import { bannerModule } from "./banner-module.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/**
 * Builds everything that runs: the app and public files into `dist/public`, the worker as ES
 * modules (a small entry, the rest imported lazily) into `dist/worker`.
 */
export async function buildProduct(): Promise<void> {
  rmSync(`${ROOT}dist`, { recursive: true, force: true });
  await build({ configFile: `${ROOT}web/vite.config.ts`, logLevel: "warn" });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: "dist/public",
      emptyOutDir: false,
      target: "es2023",
      modulePreload: false,
      rolldownOptions: {
        input: { "verify-receipt": `${ROOT}verify/page/client.ts` },
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  await build({
    root: `${ROOT}web/playground`,
    base: "/playground/",
    configFile: false,
    logLevel: "warn",
    plugins: [solid()],
    build: {
      outDir: `${ROOT}dist/public/playground`,
      emptyOutDir: false,
      assetsDir: "",
      assetsInlineLimit: 0,
      target: "es2023",
      modulePreload: false,
      rolldownOptions: {
        input: ["index.html", "frame.html", "held.html"].map((page) => `${ROOT}web/playground/${page}`),
      },
    },
  });
  cpSync(`${ROOT}verify/page/page.css`, `${ROOT}dist/public/verify-receipt.css`);
  cpSync(`${ROOT}consent-banner/demo`, `${ROOT}dist/public/demo`, { recursive: true });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    plugins: [bannerModule()],
    publicDir: false,
    // Here and not at the top, where a build for the edge does not look: without them scrypt is pure JavaScript.
    ssr: {
      target: "webworker",
      noExternal: true,
      resolve: { conditions: ["workerd", "worker", "browser"] },
    },
    build: {
      ssr: true,
      outDir: "dist/worker",
      target: "es2024",
      minify: true,
      emptyOutDir: true,
      rolldownOptions: {
        input: { index: `${ROOT}worker/index.ts` },
        // The platform takes every export of the entry for a handler: none may be added for chunks.
        preserveEntrySignatures: "strict",
        external: [/^cloudflare:/, /^node:/, ...builtinModules],
        // Whoever imports lazily need not know what the entry has anyway.
        checks: { ineffectiveDynamicImport: false },
        output: {
          format: "es",
          // Left alone, a worker with one entry becomes one file, sign-in library and all. What the entry
          // imports itself is one chunk: in forty it would be a tenth larger, and each a file to open.
          codeSplitting: { groups: [{ name: loadedWithTheEntry, debugName: "entry" }] },
          entryFileNames: "[name].js",
          chunkFileNames: "chunks/[name]-[hash].js",
        },
      },
    },
  });
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      ssr: true,
      outDir: "dist/local",
      target: "es2024",
      rolldownOptions: { input: COMPANIONS, output: { format: "es", entryFileNames: "[name].js" } },
    },
  });
}

interface ModuleGraph {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** Names the chunk of what is imported without `import()` all the way from the entry; the rest splits as it will. */
function loadedWithTheEntry(id: string, graph: ModuleGraph): string | null {
  const seen = new Set<string>();
  const isReached = (module: string): boolean => {
    if (seen.has(module)) return false;
    seen.add(module);
    const found = graph.getModuleInfo(module);
    return found !== null && (found.isEntry || found.importers.some(isReached));
  };
  return isReached(id) ? "entry" : null;
}

/** The companions of the local start, each a module of its own. */
const COMPANIONS = {
  "assets-worker": `${ROOT}local/assets-worker.ts`,
  "cron-worker": `${ROOT}local/cron-worker.ts`,
};

if (import.meta.main) await buildProduct();

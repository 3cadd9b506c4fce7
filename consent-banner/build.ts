/// <reference types="node" />
import { createHash } from "node:crypto";
import { build, minifySync } from "vite";
import { CONFIGURATION_PLACEHOLDER, insertConfiguration } from "./configuration.ts";

const HERE = new URL(".", import.meta.url).pathname;

export interface BuiltBanner {
  /** One classic script with `CONFIGURATION_PLACEHOLDER` in it once: see `insertConfiguration`. */
  readonly code: string;
  /** Names `/c/{site}/{hash}.js`: SHA-256, first 32 hex digits, of the code with `null` inserted. */
  readonly hash: string;
  /** An ES module, loaded on demand from `/c/{site}/{secondHash}.js`. */
  readonly secondLayer: string;
  /** The same of the second layer's bytes. */
  readonly secondHash: string;
}

/** Compiles the banner in memory: ES2020, minified, nothing that a strict CSP forbids. */
export async function buildBanner(): Promise<BuiltBanner> {
  const secondLayer = await compile("second-layer.ts", "es", {});
  const secondHash = hashOf(secondLayer);
  const code = await compile("main.ts", "iife", { __C360_SECOND_LAYER__: JSON.stringify(secondHash) });
  if (code.split(CONFIGURATION_PLACEHOLDER).length !== 2)
    throw new Error("the compiled banner must have exactly one place for its configuration");
  return { code, hash: hashOf(insertConfiguration(code, null)), secondLayer, secondHash };
}

async function compile(
  entry: string,
  format: "es" | "iife",
  define: Record<string, string>,
): Promise<string> {
  const built = await build({
    root: HERE,
    configFile: false,
    logLevel: "warn",
    define,
    build: {
      write: false,
      target: "es2020",
      // Nothing is written that older ones need rewritten; with them, it only grows.
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      minify: true,
      modulePreload: false,
      lib: { entry: `${HERE}${entry}`, formats: [format], name: "c360banner", fileName: "banner" },
    },
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (output === undefined || !("output" in output)) throw new Error(`${entry} was not built`);
  const [chunk] = output.output;
  if (output.output.length !== 1) throw new Error(`${entry} must compile to one file`);
  // Vite leaves the white space of library modules, for bundlers that are not there here.
  return minifySync(entry, chunk.code, { module: format === "es" }).code;
}

const hashOf = (code: string) => createHash("sha256").update(code).digest("hex").slice(0, 32);

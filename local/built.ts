import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";

const ROOT = new URL("../", import.meta.url).pathname;
const STAMP = `${ROOT}dist/sources.sha256`;
const SOURCES = [
  "worker",
  "web",
  "consent-banner",
  "db",
  "local",
  "build",
  "docs/policies",
  "package-lock.json",
  "wrangler.toml",
];

/** Builds only when a source changed since the last build. @returns whether it built */
export async function ensureBuilt(): Promise<boolean> {
  const now = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === now) return false;
  // The bundler takes longer to load than a start that builds nothing.
  const { buildProduct } = await import("../build/build.ts");
  await buildProduct();
  writeFileSync(STAMP, now);
  return true;
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const path = ROOT + source;
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" })
          .sort()
          .map((name) => `${path}/${name}`)
      : [path];
    for (const file of files) {
      if (!statSync(file).isFile()) continue;
      hash.update(file.slice(ROOT.length)).update("\0").update(readFileSync(file)).update("\0");
    }
  }
  return hash.digest("hex");
}

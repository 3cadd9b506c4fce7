import { cpSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "vite";

/**
 * `node verify/package/build.ts FOLDER`: writes the package `callers360-verify`, ready for `npm pack`. What it is made of
 * is in its two programs, so that whoever checks a log installs nothing else.
 */
export async function buildPackage(folder: string): Promise<void> {
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: "es2023",
      rolldownOptions: {
        input: { main: resolve(import.meta.dirname, "../main.ts"), index: `${import.meta.dirname}/index.ts` },
        output: {
          format: "es",
          entryFileNames: "[name].js",
          chunkFileNames: "[name].js",
          banner: (chunk) => (chunk.name === "main" ? "#!/usr/bin/env node" : ""),
        },
      },
    },
  });
  for (const name of ["package.json", "README.md", "index.d.ts"])
    cpSync(`${import.meta.dirname}/${name}`, `${folder}/${name}`);
}

const [, , target] = process.argv;
if (import.meta.main && target !== undefined) await buildPackage(resolve(target));

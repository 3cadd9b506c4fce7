import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const ROOT = import.meta.dirname;

/** The app's pages and the public files, into `dist/public`. */
export default defineConfig({
  root: ROOT,
  plugins: [solid()],
  build: {
    outDir: `${ROOT}/../dist/public`,
    emptyOutDir: true,
    target: "es2023",
    // Each page has one script and loads its one chunk at once: nothing is left to preload.
    modulePreload: false,
    // Inlined data: URLs would need a weaker policy.
    assetsInlineLimit: 0,
    rolldownOptions: { input: [`${ROOT}/index.html`, `${ROOT}/sign-in.html`] },
  },
});

import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { bannerModule } from "./build/banner-module.ts";

const IN_NODE = ["**/*.node.test.ts", "{cli,db,verify,consent-banner,local,build,web}/**/*.test.ts"];

/** A loaded machine is slow, not wrong. */
const expect = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          include: IN_NODE,
          exclude: ["node_modules/**", "dist/**"],
          expect,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          bannerModule(),
          cloudflareTest(({ inject }) => ({
            main: "./worker/index.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              // Nothing is fetched from outside for `request.cf`.
              cf: false,
              bindings: {
                PUBLIC_HOST: "callers360.localhost",
                OPERATOR_ORG: "org_operator",
                DATABASE_URL: inject<string>("databaseUrl"),
                AUTH_SECRET: "a secret that only the tests know, 32+",
                LEDGER_SECRET: "dGVzdHMgb25seTogMzIgYnl0ZXMgb2Ygc2VjcmV0ISE=",
              },
            },
          })),
        ],
        test: {
          name: "workerd",
          include: ["worker/**/*.test.ts"],
          exclude: ["worker/**/*.node.test.ts"],
          globalSetup: ["./tests/database.ts"],
          expect,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "product",
          include: ["tests/product/**/*.test.ts"],
          expect,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts a whole product: two at a time would measure each other.
          fileParallelism: false,
        },
      },
    ],
  },
});

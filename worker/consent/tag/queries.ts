import type { ResultSet } from "@libsql/client/web";
import type { Statement } from "../../../db/client.ts";
import { bytes } from "../../../db/rows.ts";

/** The compressed code of a banner build, by the name it was served under. */
export function bannerBuild(name: string): Statement {
  return { sql: "SELECT brotli FROM banner_build WHERE name = ?1", args: [name] };
}

export function readBannerBuild(result: ResultSet | undefined): Uint8Array | null {
  const row = result?.rows[0];
  return row === undefined ? null : bytes(row, "brotli");
}

export function insertBannerBuild(name: string, brotli: Uint8Array): Statement {
  return {
    sql: "INSERT INTO banner_build (name, brotli) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
    args: [name, brotli],
  };
}

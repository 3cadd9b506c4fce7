import { expect, test } from "vitest";
import { otherLocalOrigin } from "./demo.ts";

test.each([
  ["http://localhost:8787/demo/", "http://127.0.0.1:8787"],
  ["http://127.0.0.1:8787/demo/?name=A", "http://localhost:8787"],
  ["http://[::1]:9000/demo/", "http://localhost:9000"],
  ["http://callers360.localhost/demo/", "http://localhost"],
])("a page at %s takes the tag from %s", (page, origin) => {
  expect(otherLocalOrigin(new URL(page))).toBe(origin);
});

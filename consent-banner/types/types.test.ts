import { expect, expectTypeOf, it } from "vitest";
import type { C360, C360Category, C360Choice, C360Events } from "./index.d.ts";

/** What a page writes; it only has to compile. */
function page(c360: C360): () => void {
  c360.open("choices");
  // @ts-expect-error there is no such layer
  c360.open("banner");
  // @ts-expect-error a category is one of four
  c360.allows("statistics");
  // @ts-expect-error there is no such event
  c360.on("consented", () => {});
  c360.on("not_cleared", ({ names }) => names.join());
  return c360.on("consent", ({ categories }) => categories.marketing);
}

it("tells a page's own code what it may do", () => {
  expect(page).toBeTypeOf("function");
  expectTypeOf<C360["get"]>().returns.toEqualTypeOf<C360Choice>();
  expectTypeOf<C360Events["recorded"]>().toEqualTypeOf<C360Choice>();
  expectTypeOf<Parameters<C360["allows"]>[0]>().toEqualTypeOf<C360Category>();
  expectTypeOf<NonNullable<Window["c360"]>>().toEqualTypeOf<C360 | ((c360: C360) => void)[]>();
});

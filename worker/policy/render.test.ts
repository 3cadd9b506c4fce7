import { expect, it } from "vitest";
import { parseMarkdown, renderTokens } from "./render.ts";

const render = (source: string) => renderTokens(parseMarkdown(source));

it("shows HTML in the source as text", () => {
  expect(render("Hello <script>alert(1)</script> <img src=x onerror=alert(1)>")).toBe(
    "<p>Hello &lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt;</p>\n",
  );
  expect(render("<div onclick='x()'>\n\nblock\n\n</div>")).not.toMatch(/<div/);
});

it.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](&#x6A;avascript:alert(1))",
  "[x](\u0001javascript:alert(1))",
  "[x](vbscript:x)",
  "[x](data:text/html,hi)",
  "[x](http://example.com/)",
  "<javascript:alert(1)>",
  "[x][1]\n\n[1]: javascript:alert(1)",
])("makes no link of %s", (source) => {
  expect(render(source)).not.toMatch(/<a\b/);
});

it("leaves a scheme broken by a line end a place of our own that does not exist", () => {
  const href = /href="([^"]*)"/.exec(render("[x](java&#10;script:alert(1))"))?.[1] ?? "";
  expect(new URL(href, "https://callers360.com/privacy").href).toBe(
    "https://callers360.com/java%0Ascript:alert(1)",
  );
});

it.each([
  ["[x](https://example.com/a?b=1&c=2)", "https://example.com/a?b=1&amp;c=2"],
  ["[x](mailto:privacy@callers360.com)", "mailto:privacy@callers360.com"],
  ["[x](/privacy/history)", "/privacy/history"],
  ["[x](#contact-us)", "#contact-us"],
  ["write to privacy@callers360.com", "mailto:privacy@callers360.com"],
])("makes a link of %s", (source, href) => {
  expect(render(source)).toContain(`<a href="${href}">`);
});

it("loads no image", () => {
  expect(render("![a picture](https://example.com/pixel.gif)")).not.toMatch(/<img/);
});

it("gives headings an anchor that keeps when the numbers change, and never the same one twice", () => {
  const ids = (source: string) => [...render(source).matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
  expect(ids("# Title\n\n## 7. Children's Privacy\n\n### 7.1. Why\n\n## 8) Contact")).toEqual([
    "childrens-privacy",
    "why",
    "contact",
  ]);
  expect(ids("## 9. Children's Privacy")).toEqual(["childrens-privacy"]);
  expect(ids("## Contact\n\n## Contact\n\n## Main\n\n## ?!")).toEqual([
    "contact",
    "contact-2",
    "main-2",
    "section",
  ]);
  expect(ids("## 1. हम कौन सी जानकारी लेते हैं")).toEqual(["हम-कौन-सी-जानकारी-लेते-हैं"]);
});

/**
 * Stands for the platform's static assets: files of `dist/public` by their path, with a media type.
 * workerd's disk service gives neither type nor ETag.
 */
const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
};

export default {
  async fetch(request: Request, env: { readonly FILES: Fetcher }): Promise<Response> {
    const { pathname } = new URL(request.url);
    const file = await env.FILES.fetch(`http://files${pathname}`, { method: "GET" });
    const type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
    if (!file.ok || type === undefined) return new Response(null, { status: 404 });
    return new Response(request.method === "HEAD" ? null : file.body, { headers: { "content-type": type } });
  },
};

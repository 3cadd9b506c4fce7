/** Stands for the platform's cron trigger, which workerd has none of: each request rings it once. */
export default {
  async fetch(_request: Request, env: { readonly EDGE: Fetcher }): Promise<Response> {
    return Response.json(await env.EDGE.scheduled?.({ scheduledTime: new Date(), cron: "*/5 * * * *" }));
  },
};

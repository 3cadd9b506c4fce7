/** The handler that a service binding offers under `service_binding_extra_handlers`. */
interface Scheduled {
  scheduled(event: { scheduledTime: Date; cron: string }): Promise<{ outcome: string }>;
}

/** Stands for the platform's cron trigger, which workerd has none of: each request rings it once. */
export default {
  async fetch(_request: Request, env: { readonly EDGE: Scheduled }): Promise<Response> {
    const { outcome } = await env.EDGE.scheduled({ scheduledTime: new Date(), cron: "*/5 * * * *" });
    return Response.json({ outcome }, { status: outcome === "ok" ? 200 : 500 });
  },
};

// What a site's own analytics looks like: it runs only once the visitor allowed it, and sends its
// event when the ledger has the choice, because the server takes none before.
window.c360 ||= [];
window.c360.push((c360) => {
  const stop = c360.on("recorded", async ({ consent_id }) => {
    if (!c360.allows("analytics")) return;
    // Only the first time on this page.
    queueMicrotask(() => stop());
    const event = {
      event_id: `evt_${crypto.randomUUID()}`,
      name: "page_view",
      at: new Date().toISOString(),
      path: location.pathname,
    };
    // As text a simple request: no preflight before it.
    await fetch(`${c360.host}/api/v1/collect/${c360.site}`, {
      method: "POST",
      body: JSON.stringify({ consent_id, events: [event] }),
      keepalive: true,
      credentials: "omit",
    });
  });
});

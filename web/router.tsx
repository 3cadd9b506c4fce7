import { type BaseRouterProps, createRouter } from "@solidjs/router";

/**
 * The router on the address bar. The library's own also takes over every link, form and hover on
 * the page, for 1.2 kB more: ours leaves links to the browser, so that each page is asked of the
 * server, which says who may see it.
 */
export function AddressRouter(props: BaseRouterProps) {
  const address = () => location.pathname + location.search + location.hash;
  const Router = createRouter({
    get: address,
    set: ({ value, replace }) => {
      if (replace === true) history.replaceState(null, "", value);
      else history.pushState(null, "", value);
    },
    init: (notify) => {
      const moved = () => notify();
      window.addEventListener("popstate", moved);
      return () => window.removeEventListener("popstate", moved);
    },
  });
  return <Router {...props} />;
}

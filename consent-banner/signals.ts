import type { Categories } from "./configuration.ts";

declare global {
  interface Navigator {
    /** https://w3c.github.io/gpc/ */
    readonly globalPrivacyControl?: boolean;
  }
  interface Window {
    dataLayer?: unknown[];
  }
}

/** Google Consent Mode v2: `default` before any tag runs, `update` after a choice. */
export function tellConsentMode(command: "default" | "update", categories: Categories): void {
  const is = (granted: boolean) => (granted ? "granted" : "denied");
  const marketing = is(categories.marketing);
  const preferences = is(categories.preferences);
  window.dataLayer ||= [];
  const layer = window.dataLayer;
  // Tags take only an Arguments object for a command, never an array.
  (function gtag(..._: unknown[]) {
    // biome-ignore lint/complexity/noArguments: see above
    layer.push(arguments);
  })("consent", command, {
    ad_storage: marketing,
    ad_user_data: marketing,
    ad_personalization: marketing,
    analytics_storage: is(categories.analytics),
    functionality_storage: preferences,
    personalization_storage: preferences,
    security_storage: "granted",
  });
}

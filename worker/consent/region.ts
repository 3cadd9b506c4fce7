import type { Configuration } from "../../consent-banner/configuration.ts";

/**
 * The configuration as it holds in a country: the first rule that names it wins over the notice's own.
 * `notice_hash` stays that of the whole notice, in which the rule stands.
 * @param country ISO 3166-1 alpha-2, null where the edge does not say
 */
export function forCountry(configuration: Configuration, country: string | null): Configuration {
  const rule = configuration.notice.regions?.find(({ countries }) =>
    countries.some((one) => one === country),
  );
  if (rule === undefined) return configuration;
  return { ...configuration, notice: { ...configuration.notice, gpc: rule.gpc } };
}

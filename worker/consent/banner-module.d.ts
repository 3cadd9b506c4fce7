/** The compiled banner, put here by the build (`build/banner-module.ts`). */
declare module "virtual:consent-banner" {
  /** One classic script with the place for its configuration in it once. */
  export const bannerCode: string;
  /** ES modules that the script loads on demand, by their permanent names. */
  export const bannerModules: Readonly<Record<string, string>>;
}

/** The compiled banner, put here by the build (`build/banner-module.ts`). */
declare module "virtual:consent-banner" {
  /** One classic script with the place for its configuration in it once. */
  export const bannerCode: string;
  /** An ES module that the script loads on demand. */
  export const bannerSecondLayer: string;
}

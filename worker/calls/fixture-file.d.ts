/** A fixture as a base64 data URL, for tests that run where there are no files. */
declare module "*.ndjson.gz?url&inline" {
  const url: string;
  export default url;
}

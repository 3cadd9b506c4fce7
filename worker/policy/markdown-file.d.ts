/** A Markdown file as text, for tests: Vite puts it into the module. */
declare module "*.md?raw" {
  const text: string;
  export default text;
}

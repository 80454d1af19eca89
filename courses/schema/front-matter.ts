/** A Markdown or MDX file in its two parts. */
export interface FrontMatter {
  /** YAML between the two `---` lines; starts on line 2 of the file. */
  readonly yaml: string;
  readonly body: string;
  /** Lines of the file above the body. */
  readonly linesAboveBody: number;
}

const FENCED = /^---\r?\n([\s\S]*?)^---[ \t]*\r?\n?/m;

/** Splits off the front matter; `undefined` when the file does not start with any. */
export function splitFrontMatter(text: string): FrontMatter | undefined {
  const match = FENCED.exec(text);
  if (match?.index !== 0) return undefined;
  const [whole, yaml = ''] = match;
  return { yaml, body: text.slice(whole.length), linesAboveBody: whole.split('\n').length - 1 };
}

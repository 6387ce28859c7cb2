/** A part of a Markdown file under one `##` heading. */
export interface Section {
  readonly title: string;
  readonly text: string;
  /** What stands in fences, in order. */
  readonly code: readonly string[];
}

/** The sections of a Markdown file. */
export function sectionsOf(markdown: string): Section[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      const text = lines.join('\n');
      const code = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
      return { title: title.trim(), text, code };
    });
}

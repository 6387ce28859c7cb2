/** A part of a Markdown file under one `##` heading. */
export interface Section {
  readonly title: string;
  readonly text: string;
  /** What stands in fences, in order. */
  readonly code: readonly string[];
}

/** What stands in the fences of a language, in order. */
export function fencesOf(markdown: string, language = 'ts'): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...markdown.matchAll(fence)].map((match) => match[1] ?? '');
}

/** The sections of a Markdown file. */
export function sectionsOf(markdown: string, language = 'ts'): Section[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      const text = lines.join('\n');
      return { title: title.trim(), text, code: fencesOf(text, language) };
    });
}

/** The text of each element with `name`, without its tags, in a page that this lab wrote. */
export function elements(page: string, name: string): { attributes: string; content: string }[] {
  const pattern = new RegExp(`<${name}\\b([^>]*)>([\\s\\S]*?)</${name}>`, 'g');
  return [...page.matchAll(pattern)].map(([, attributes = '', content = '']) => ({ attributes, content }));
}

/** Text as a reader sees it. */
export function textOf(markup: string): string {
  const entities: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity);
}

/** The page without what it holds by the lab's own hand: style, data and script. */
export function markupOf(page: string): string {
  return page.replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, '');
}

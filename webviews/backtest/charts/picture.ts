import type { PanelColours } from './palette.ts';

const titleHeight = 20;
const margin = 12;

export interface PicturePart {
  readonly title: string;
  readonly canvas: HTMLCanvasElement;
}

/** The charts as one PNG picture, with the head line on top, as a data URL. */
export function pictureOf(
  head: string,
  parts: readonly PicturePart[],
  colours: PanelColours,
  background: string,
): string {
  const ratio = devicePixelRatio || 1;
  const width = Math.max(1, ...parts.map(({ canvas }) => canvas.width));
  const height = parts.reduce((sum, { canvas }) => sum + canvas.height + titleHeight * ratio, 0);
  const picture = document.createElement('canvas');
  picture.width = width + 2 * margin * ratio;
  picture.height = height + (titleHeight + 2 * margin) * ratio;
  const context = picture.getContext('2d');
  if (context === null) return '';
  context.fillStyle = background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.scale(ratio, ratio);
  context.fillStyle = colours.ink;
  const family = getComputedStyle(document.body).fontFamily;
  context.textBaseline = 'top';
  context.font = `600 13px ${family}`;
  context.fillText(head, margin, margin);
  context.font = `11px ${family}`;
  let top = margin + titleHeight;
  for (const { title, canvas } of parts) {
    context.fillText(title, margin, top + 4, width / ratio);
    top += titleHeight;
    context.drawImage(canvas, margin, top, canvas.width / ratio, canvas.height / ratio);
    top += canvas.height / ratio;
  }
  return picture.toDataURL('image/png');
}

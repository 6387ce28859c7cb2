import { type Colours, readColours } from '../../shared/colours.ts';

const more = [
  'other',
  'rise',
  'fall',
  'volume',
  'held-back',
  'plot-0',
  'plot-1',
  'plot-2',
  'plot-3',
] as const;

/** The colours that the panel's charts draw with. */
export type PanelColours = Colours & Readonly<Record<(typeof more)[number], string>>;

export function readPanelColours(): PanelColours {
  return readColours(more);
}

import { expect, test } from 'vitest';
import { labFolders } from '../../extension/labFolders.ts';

test.each([
  [undefined, '/work/.strategy-lab', '/work/strategies'],
  ['', '/work/.strategy-lab', '/work/strategies'],
  ['../shared', '/shared', '/shared/strategies'],
  ['/lab', '/lab', '/lab/strategies'],
])(
  'the editor and the command line find the lab of /work by the choice %j in one place',
  (chosen, lab, strategies) => {
    expect(labFolders('/work', chosen)).toEqual({ lab, strategies });
  },
);

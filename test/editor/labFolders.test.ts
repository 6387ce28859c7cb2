import { expect, test } from 'vitest';
import { labFolders } from '../../extension/labFolders.ts';

test.each([
  [undefined, '/home/ada/.strategy-lab', '/home/ada/strategies'],
  ['', '/home/ada/.strategy-lab', '/home/ada/strategies'],
  ['../shared', '/home/shared', '/home/shared/strategies'],
  ['/lab', '/lab', '/lab/strategies'],
])(
  'the editor and the command line find the lab of a folder by the choice %j in one place',
  (chosen, lab, strategies) => {
    expect(labFolders('/home/ada', chosen)).toEqual({ lab, strategies });
  },
);

import { describe, expect, test } from 'vitest';
import { type GuardFilesResult, guardFilesMethod } from '../../extension/contracts/languageServer.ts';
import { defaultSettings, readSettings } from '../../language-server/settings.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { Editor } from './support/editor.ts';
import { listed, rulesOf } from './support/show.ts';

const uri = 'file:///home/ada/sample.strategy.ts';
/** Two warnings, of two groups, and an error. */
const source = inNext(
  "log('bar');\n    const place = bar.low / (bar.high - bar.low);\n    if (place > Math.random()) orders.close();",
);

describe('settings', () => {
  test('are those of each file', async () => {
    const severity = { RES005: 'off' };
    await using editor = await Editor.start({
      settings: (file) =>
        file.includes('/quiet/') ? { severity } : file.includes('/off/') ? { enabled: false } : {},
    });
    expect(rulesOf(await editor.open(uri, source))).toEqual(['RES005', 'RSK005', 'DET001']);
    expect(rulesOf(await editor.open('file:///quiet/a.strategy.ts', source))).toEqual(['RSK005', 'DET001']);
    expect(rulesOf(await editor.open('file:///off/a.strategy.ts', source))).toEqual([]);
  });

  test('show a finding as the closest of rule, group and * says', async () => {
    const severity = { RES005: 'hint', RES: 'error', RSK: 'information', '*': 'warning' };
    await using editor = await Editor.start({ settings: () => ({ severity }) });
    expect(listed(await editor.open(uri, source))).toMatchInlineSnapshot(`
      "13:5-13:15 hint RES005 This writes a line on every bar. Log under a condition, such as when an order is given.
      14:30-14:48 information RSK005 bar.high - bar.low is 0 on a bar where both are equal. Test it before dividing.
      15:22-15:28 warning DET001 Math.random gives other numbers in every run. Use random() of the context of next: it is seeded."
    `);
  });

  test('hide findings in the editor alone: the count of a judged file is the same', async () => {
    await using editor = await Editor.start({ settings: () => ({ severity: { '*': 'off' } }) });
    expect(rulesOf(await editor.open(uri, source))).toEqual([]);
    const { files } = await editor.connection.sendRequest<GuardFilesResult>(guardFilesMethod, {
      uris: [uri],
    });
    expect(files).toEqual([{ uri, errors: 1, warnings: 2, infos: 0 }]);
  });

  test('take effect at once when they change', async () => {
    await using editor = await Editor.start();
    await editor.open(uri, source);
    await editor.configure(() => ({ enabled: false }));
    expect(rulesOf(await editor.after(1, uri))).toEqual([]);
    await editor.configure(() => ({ severity: { '*': 'off', DET: 'error' } }));
    expect(rulesOf(await editor.after(2, uri))).toEqual(['DET001']);
  });

  test('that are wrong are told once in the log and count as not set', async () => {
    const wrong = {
      enabled: 'yes',
      delay: -1,
      severity: { RES005: 'loud', RSK: 'off', XYZ001: 'off', __proto__: null },
    };
    await using editor = await Editor.start({ settings: () => wrong });
    expect(rulesOf(await editor.open(uri, source))).toEqual(['RES005', 'DET001']);
    await editor.open('file:///home/ada/other.strategy.ts', source);
    await editor.configure((file) => (file === uri ? 'nothing' : wrong));
    await editor.until(() => editor.log.find((line) => line.includes('"nothing"')));
    expect(editor.log).toMatchInlineSnapshot(`
      [
        "The setting strategyLab.guardian.enabled is "yes"; it takes true or false.",
        "The setting strategyLab.guardian.delay is -1; it takes whole milliseconds from 0 to 5000.",
        "The setting strategyLab.guardian.severity gives RES005 the severity "loud"; it takes one of error, warning, information, hint, off.",
        "The setting strategyLab.guardian.severity names "XYZ001"; it takes rules such as RSK001, groups such as RSK, and *.",
        "The setting strategyLab.guardian is "nothing" and no object, so it is ignored.",
      ]
    `);
  });

  test('are the defaults when the editor cannot tell them', async () => {
    await using editor = await Editor.start({
      settings: () => {
        throw new Error('The editor is in a bad way.');
      },
    });
    expect(rulesOf(await editor.open(uri, source))).toEqual(['RES005', 'RSK005', 'DET001']);
    expect(editor.log.join()).toContain('The editor is in a bad way.');
  });

  test('come with the notification from an editor that cannot be asked', async () => {
    await using editor = await Editor.start({ capabilities: {} });
    expect(editor.registered).toEqual([]);
    await editor.open(uri, source);
    const settings = { strategyLab: { guardian: { severity: { '*': 'off' } } } };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    expect(rulesOf(await editor.after(1, uri))).toEqual([]);
  });
});

describe('reading settings', () => {
  test.each([undefined, null, {}, { enabled: null, delay: null, severity: null }])(
    '%j gives the defaults without a word',
    (value) => {
      const told: string[] = [];
      expect(readSettings(value, (sentence) => told.push(sentence))).toEqual(defaultSettings);
      expect(told).toEqual([]);
    },
  );

  test.each([
    [[]],
    ['off'],
    [1],
    [{ delay: 1.5 }],
    [{ delay: 5001 }],
    [{ severity: [] }],
    [{ severity: 'off' }],
  ])('%j gives the defaults and a sentence', (value) => {
    const told: string[] = [];
    expect(readSettings(value, (sentence) => told.push(sentence))).toEqual(defaultSettings);
    expect(told).toHaveLength(1);
  });
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SagaSnapshot } from '../../../extension/contracts/sagaPanel.ts';
import {
  fixedTwice,
  rejectedWithRemains,
  SampleRun,
  sampleIdea,
  workingOn,
} from '../../reports/saga/sampleRuns.ts';
import { launchChromium } from '../support/chromium.ts';
import type { PanelPage } from '../support/panelPage.ts';
import { dressPanel } from '../support/panelThemes.ts';
import { type Theme, themes } from '../support/settings.ts';
import { openSagaPage, type SagaPageOptions } from './sagaPage.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The panel with a run in it. It must have broken no rule of its page when the test ends. */
async function panelWith(
  snapshot: SagaSnapshot,
  options: Omit<SagaPageOptions, 'browser'> = {},
): Promise<PanelPage> {
  const panel = await openSagaPage({ browser, ...options });
  onTestFinished(async () => {
    expect(panel.errors()).toEqual([]);
    await panel.close();
  });
  await panel.send(snapshot);
  await panel.page.getByRole('group', { name: 'Steps' }).waitFor();
  return panel;
}

/** What the page asked of its host, without saying that it is ready. */
/** What stands at the gate, as every decision names it. */
const evidence = expect.stringMatching(/^[0-9a-f]{64}$/);

async function asked(panel: PanelPage): Promise<unknown[]> {
  return (await panel.posted()).filter((message) => (message as { type: string }).type !== 'ready');
}

const focused = (page: Page) =>
  page.evaluate<string>(
    `document.activeElement.closest('[data-node]')?.dataset.node ?? document.activeElement.id ?? ''`,
  );
const pressed = (page: Page) =>
  page.evaluate<string>(`document.querySelector('[data-node][aria-pressed=true]').dataset.node`);
const scrolled = (page: Page) => page.evaluate<number>('scrollY');

describe('a live update', () => {
  test('leaves the focus and the selection where they are', async () => {
    const work = await workingOn('optimise');
    const panel = await panelWith(await work.run.snapshot(), { viewport: { width: 500, height: 300 } });
    await work.end();
    const { page } = panel;
    await page.locator('[data-node="code#1"]').click();
    await page.locator('[data-node="guard#1"]').focus();
    await page.evaluate('scrollTo(0, 240)');
    const before = [await focused(page), await pressed(page), await scrolled(page)];
    expect(before).toEqual(['guard#1', 'code#1', 240]);

    const later = await fixedTwice();
    await panel.send({ type: 'progress', progress: { step: 'optimise', fraction: 0.7, text: 'on its way' } });
    await page.getByText('Search parameters: on its way').waitFor();
    await panel.send(await later.snapshot());
    await page.locator('[data-node="code#3"]').waitFor();
    expect([await focused(page), await pressed(page)]).toEqual(['guard#1', 'code#1']);
    expect(
      await page.locator('[data-node="guard#1"]').evaluate((node) => node.ownerSVGElement !== null),
    ).toBe(true);
  });

  test('of the same height does not move the page', async () => {
    const work = await workingOn('optimise');
    const snapshot = await work.run.snapshot();
    await work.end();
    const panel = await panelWith(snapshot, { viewport: { width: 500, height: 300 } });
    await panel.page.evaluate('scrollTo(0, 500)');
    await panel.send({ ...snapshot, now: snapshot.now + 5000 });
    await panel.page.getByText('47 s').waitFor();
    expect(await scrolled(panel.page)).toBe(500);
  });

  test('keeps what is being typed, and the caret', async () => {
    const snapshot = await (await fixedTwice()).snapshot();
    const panel = await panelWith(snapshot);
    const comment = panel.page.getByRole('textbox', { name: 'Comment (stays with the decision)' });
    await comment.fill('why no');
    await comment.press('ArrowLeft');
    await panel.send({ ...snapshot, run: { ...snapshot.run, state: 'Changed state' } });
    await panel.page.locator('.badge', { hasText: 'Changed state' }).waitFor();
    await panel.page.keyboard.type('t s');
    expect(await comment.inputValue()).toBe('why nt so');
  });

  test('leaves the focus on what is drawn anew', async () => {
    const snapshot = await (await fixedTwice()).snapshot();
    const panel = await panelWith(snapshot);
    const compare = panel.page.getByRole('button', { name: 'Compare run.html with the run before' });
    await compare.focus();
    const runs = snapshot.runs.map((run) => ({ ...run, outcome: 'Another outcome' }));
    await panel.send({ ...snapshot, runs });
    await panel.page.locator('aside', { hasText: 'Another outcome' }).waitFor();
    await panel.page.keyboard.press('Enter');
    await expect.poll(() => asked(panel)).toMatchObject([{ type: 'diffEvidence', run: 'review#3' }]);
  });

  test('shows the progress of the step at work in the graph and in the head', async () => {
    const work = await workingOn('backtest');
    const progress = { step: 'backtest', fraction: 0.25, text: 'bar 500 of 2000' };
    const panel = await panelWith(await work.run.snapshot({ progress }));
    await work.end();
    const bar = panel.page.getByRole('progressbar', { name: 'Progress of Backtest' });
    expect(await bar.evaluate((element) => element.value)).toBe(0.25);
    await panel.page.locator('[data-node="backtest#1"]', { hasText: 'Running: bar 500 of 2000' }).waitFor();
    await panel.send({ type: 'progress', progress: null });
    await bar.waitFor({ state: 'hidden' });
  });

  test('tells a change of state to screen readers, and progress not', async () => {
    const work = await workingOn('guard');
    const panel = await panelWith(await work.run.snapshot());
    await work.end();
    const status = panel.page.getByRole('status').first();
    expect(await status.textContent()).toBe('Running step 3 of 9: Guard');
    await panel.send({ type: 'progress', progress: { step: 'guard', fraction: 0.5, text: 'half' } });
    await panel.page.getByText('Guard: half').waitFor();
    expect(await status.textContent()).toBe('Running step 3 of 9: Guard');
    await panel.send(await (await fixedTwice()).snapshot());
    await expect.poll(() => status.textContent()).toBe('Waits for your decision after: Review');
  });
});

describe('by the keyboard alone', () => {
  test('the graph is walked, a step opened, its evidence opened and compared, and the way back taken', async () => {
    const panel = await panelWith(await (await fixedTwice()).snapshot());
    const { page } = panel;
    const tabTo = async (isThere: () => Promise<boolean>) => {
      for (let presses = 0; presses < 40; presses += 1) {
        if (await isThere()) return;
        await page.keyboard.press('Tab');
      }
      throw new Error('Tab does not come there');
    };
    // One stop for the whole graph: the place where the run is.
    await tabTo(async () => (await focused(page)) === 'gate:review#3');
    await page.keyboard.press('Home');
    expect(await focused(page)).toBe('reason#2');
    const walk: string[] = [];
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'End']) {
      await page.keyboard.press(key);
      walk.push(await focused(page));
    }
    expect(walk).toEqual(['code#3', 'code#2', 'code#1', 'code#2', 'guard#2', 'code#2', 'monitor#1']);
    expect(await pressed(page)).toBe('gate:review#3');

    await page.locator('[data-node="code#3"]').focus();
    await page.keyboard.press('Enter');
    expect([await focused(page), await pressed(page)]).toEqual(['details-title', 'code#3']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const { hash } = (await (await fixedTwice()).snapshot()).runs.find(({ key }) => key === 'code#3')
      ?.evidence[0] ?? { hash: '' };
    await expect
      .poll(() => asked(panel))
      .toEqual([
        { type: 'openEvidence', request: 1, run: 'code#3', hash },
        { type: 'diffEvidence', request: 2, run: 'code#3', hash },
      ]);
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('code#3');
  });

  test('a run is sent back to a step, with a reason', async () => {
    const panel = await panelWith(await (await fixedTwice()).snapshot());
    const { page } = panel;
    await page.getByRole('textbox', { name: 'Comment (stays with the decision)' }).focus();
    await page.keyboard.type('Search again.');
    const rollBack = page.getByRole('button', { name: 'Roll Back ...' });
    await rollBack.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => rollBack.getAttribute('aria-expanded')).toBe('true');
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
      .toBe('Step to go back to');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => asked(panel))
      .toEqual([
        { type: 'rollback', request: 1, at: 'review', comment: 'Search again.', to: 'optimise', evidence },
      ]);
  });

  test('a decision that was opened is left with Escape', async () => {
    const panel = await panelWith(await (await fixedTwice()).snapshot());
    const { page } = panel;
    const reject = page.getByRole('button', { name: 'Reject ...' });
    await reject.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Reject the Run' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Reject the Run' }).count()).toBe(0);
    expect(await page.evaluate('document.activeElement.dataset.way')).toBe('reject');
    expect(await asked(panel)).toEqual([]);
  });
});

describe('a decision', () => {
  const buttonsOf = (panel: PanelPage) => panel.page.locator('section.gate vscode-button').allTextContents();

  test('is offered only where the run allows it', async () => {
    const snapshot = await (await fixedTwice()).snapshot();
    const panel = await panelWith(snapshot);
    const { gate } = snapshot;
    if (gate === null) throw new Error('the sample waits');
    const all = ['Approve', 'Fix the Idea ...', 'Fix with the File ...', 'Roll Back ...', 'Reject ...'];
    expect(await buttonsOf(panel)).toEqual(all);
    const cases: [Partial<typeof gate>, string[]][] = [
      [{ actions: ['approve'] }, ['Approve']],
      [{ actions: ['reject', 'rollback'] }, ['Roll Back ...', 'Reject ...']],
      [{ actions: ['fix'], idea: null }, ['Fix with the File ...']],
      [{ actions: ['fix'], file: null }, ['Fix the Idea ...']],
      [{ actions: [] }, []],
    ];
    for (const [change, expected] of cases) {
      await panel.send({ ...snapshot, gate: { ...gate, ...change } });
      await expect.poll(() => buttonsOf(panel)).toEqual(expected);
    }
    await panel.send({ ...snapshot, gate: null });
    await panel.page.locator('section.gate').waitFor({ state: 'hidden' });
  });

  test('stop, resume and the backtest are offered only where they can be', async () => {
    const snapshot = await (await fixedTwice()).snapshot();
    const panel = await panelWith(snapshot);
    const buttons = () => panel.page.locator('.head vscode-button').allTextContents();
    for (const [can, expected] of [
      [{ resume: true, stop: false, cancel: false, openBacktest: false }, ['Resume']],
      [
        { resume: false, stop: true, cancel: true, openBacktest: true },
        ['Stop', 'Cancel Run', 'Open Backtest'],
      ],
      [{ resume: false, stop: false, cancel: false, openBacktest: false }, []],
    ] as const) {
      await panel.send({ ...snapshot, can });
      await expect.poll(buttons).toEqual(expected);
    }
  });

  test('is sent once, and can be made anew when the host refuses it', async () => {
    const panel = await panelWith(await (await fixedTwice()).snapshot());
    const { page } = panel;
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.click();
    expect(await page.locator('section.gate').getAttribute('aria-busy')).not.toBeNull();
    await approve.click({ force: true });
    expect(await asked(panel)).toEqual([
      { type: 'approve', request: 1, at: 'review', comment: null, evidence },
    ]);
    const problem = { message: 'The run waits no more.', action: 'Look again.' };
    await panel.send({ type: 'answer', request: 1, problem });
    const alert = page.getByRole('alert');
    await alert.getByText('The run waits no more.').waitFor();
    await approve.click();
    expect(await asked(panel)).toHaveLength(2);
    await alert.waitFor({ state: 'hidden' });
  });

  test('a fix takes the changed idea, and not an empty one', async () => {
    const panel = await panelWith(await (await fixedTwice()).snapshot());
    const { page } = panel;
    await page.getByRole('button', { name: 'Fix the Idea ...' }).click();
    const idea = page.getByRole('textbox', { name: 'The idea, changed' });
    expect(await idea.inputValue()).toContain('RSI is below 25');
    const confirm = page.getByRole('button', { name: 'Run Again with This Idea' });
    await idea.fill('  ');
    await confirm.click();
    expect(await asked(panel)).toEqual([]);
    await idea.fill('Buy at dawn.');
    await confirm.click();
    expect(await asked(panel)).toEqual([
      { type: 'fixIdea', request: 1, at: 'review', comment: null, idea: 'Buy at dawn.', evidence },
    ]);
  });

  test('a fix by the file names the file, opens it, and takes it', async () => {
    const panel = await panelWith(await (await fixedTwice()).snapshot());
    const { page } = panel;
    await page.getByRole('button', { name: 'Fix with the File ...' }).click();
    await page.getByText('rsi-reversion-1f.strategy.ts as it stands in the editor').waitFor();
    await page.getByRole('button', { name: 'Open the File' }).click();
    await page.getByRole('button', { name: 'Run Again with the File' }).click();
    expect(await asked(panel)).toEqual([
      { type: 'openStrategy', request: 1 },
      { type: 'fixFile', request: 2, at: 'review', comment: null, evidence },
    ]);
  });
});

test('a panel that is opened again looks as it was left', async () => {
  const snapshot = await (await fixedTwice()).snapshot();
  const viewport = { width: 500, height: 400 };
  const first = await panelWith(snapshot, { viewport });
  await first.page.getByRole('textbox', { name: 'Comment (stays with the decision)' }).fill('half a thought');
  await first.page.locator('[data-node="backtest#3"]').click();
  await first.page.getByText('Timeline').click();
  await first.page.locator('.graph-scroll').evaluate((place) => {
    place.scrollLeft = 90;
  });
  await first.page.evaluate('scrollTo(0, 333)');
  await expect
    .poll(() => first.state())
    .toMatchObject({ view: { selected: 'backtest#3', scrollTop: 333, graphLeft: 90, toggled: ['events'] } });

  const second = await panelWith(snapshot, { viewport, state: await first.state() });
  expect(
    await second.page.getByRole('textbox', { name: 'Comment (stays with the decision)' }).inputValue(),
  ).toBe('half a thought');
  expect(await pressed(second.page)).toBe('backtest#3');
  await expect.poll(() => scrolled(second.page)).toBe(333);
  expect(await second.page.locator('.graph-scroll').evaluate((place) => place.scrollLeft)).toBe(90);
  expect(await second.page.locator('#events').getAttribute('open')).toBeNull();
});

test('a draft does not come back at another decision', async () => {
  const run = await fixedTwice();
  const panel = await panelWith(await run.snapshot());
  const comment = panel.page.getByRole('textbox', { name: 'Comment (stays with the decision)' });
  await comment.fill('for this one');
  await run.decide({ action: 'rollback', to: 'optimise' });
  await panel.send(await run.snapshot());
  await panel.page.getByRole('heading', { name: 'Your decision after: Search parameters' }).waitFor();
  expect(await comment.inputValue()).toBe('');
});

test('a message that does not fit is refused, told to the host, and changes nothing', async () => {
  const snapshot = await (await fixedTwice()).snapshot();
  const panel = await panelWith(snapshot);
  const before = await panel.page.locator('main').innerHTML();
  await panel.send({ ...snapshot, run: { ...snapshot.run, status: 'glorious' } });
  await panel.send({ type: 'snapshot' });
  await panel.send('hello');
  await expect.poll(async () => (await asked(panel)).length).toBe(3);
  for (const message of await asked(panel)) expect(message).toMatchObject({ type: 'fault' });
  expect(await panel.page.locator('main').innerHTML()).toBe(before);
});

test('what a strategy or a person wrote is shown as text and never as a page', async () => {
  const run = await SampleRun.start({
    run: {
      sandbox: () => {
        throw new Error('<img src=x onerror="document.title=\'taken\'"> \u202egnp.exe');
      },
    },
  });
  await run.run();
  const panel = await panelWith(await run.snapshot());
  await panel.page.getByText('<img src=x').first().waitFor();
  expect(await panel.page.locator('img').count()).toBe(0);
  expect(await panel.page.title()).toBe('Run');
  expect(await panel.page.locator('main').innerText()).toContain('<U+202E>');
});

test('the run is told to screen readers as places, decisions, tables and words', async () => {
  const panel = await panelWith(await (await rejectedWithRemains()).snapshot());
  await panel.page.getByText('The run in words').click();
  await expect(await panel.page.locator('main').ariaSnapshot()).toMatchFileSnapshot('rejected.aria.txt');
});

describe.each(Object.keys(themes) as Theme[])('in the theme %s', (theme) => {
  test('nothing serious stands in the way of a person with a handicap', async () => {
    for (const snapshot of [
      await (await fixedTwice()).snapshot(),
      await (await rejectedWithRemains()).snapshot(),
    ]) {
      const panel = await panelWith(snapshot, { theme });
      if (snapshot.gate !== null) await panel.page.getByRole('button', { name: 'Fix the Idea ...' }).click();
      await panel.page.evaluate(axeSource);
      const { violations } = await panel.page.evaluate<{
        violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
      }>('axe.run(document, { resultTypes: ["violations"] })');
      expect(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]),
      ).toEqual([]);
    }
  });

  test.each([500, 1600])('all of it has room at %s pixels', async (width) => {
    const panel = await panelWith(await (await fixedTwice()).snapshot(), {
      theme,
      viewport: { width, height: 900 },
    });
    expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const folder = new URL('../../../.cache/screenshots/saga/', import.meta.url);
    await panel.page.screenshot({ path: new URL(`${theme}-${width}.png`, folder).pathname, fullPage: true });
  });
});

test('the diagram takes the colours of a theme that is changed to', async () => {
  const panel = await panelWith(await (await fixedTwice()).snapshot(), { theme: 'dark' });
  const picture = () => panel.page.locator('canvas').evaluate((canvas) => canvas.toDataURL());
  const dark = await picture();
  await dressPanel(panel.page, 'light');
  await expect.poll(picture).not.toBe(dark);
  await dressPanel(panel.page, 'dark');
  await expect.poll(picture).toBe(dark);
});

test('nothing moves for those who asked for that', async () => {
  const work = await workingOn('guard');
  const panel = await panelWith(await work.run.snapshot());
  await work.end();
  const animation = () =>
    panel.page
      .locator('[data-node="guard#1"] .sign')
      .evaluate((sign) => sign.ownerDocument.defaultView.getComputedStyle(sign).animationName);
  expect(await animation()).toBe('turn');
  await panel.page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await animation()).toBe('none');
  await panel.page.emulateMedia({ reducedMotion: 'no-preference' });
  await panel.page.evaluate(`document.body.classList.add('vscode-reduce-motion')`);
  expect(await animation()).toBe('none');
});

test('a status is told by its form and its word, not by its colour alone', async () => {
  const panel = await panelWith(await (await rejectedWithRemains()).snapshot());
  const signs = await Promise.all(
    (await panel.page.locator('td.status').all()).map(async (cell) => ({
      word: await cell.textContent(),
      form: await cell
        .locator('path')
        .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')).join()),
    })),
  );
  const forms = new Map(signs.map(({ word, form }) => [word, form]));
  expect([...forms.keys()].toSorted()).toEqual(['Done', 'Not reached', 'Superseded', 'Undone']);
  expect(new Set(forms.values()).size).toBe(forms.size);
});

test('the idea stands in the head, and the run it is of', async () => {
  const run = await SampleRun.start();
  const panel = await panelWith(await run.snapshot({ isQueued: true }));
  expect(await panel.page.getByRole('heading', { level: 1 }).textContent()).toBe(sampleIdea);
  await panel.page.locator('.badge', { hasText: 'Queued' }).waitFor();
});

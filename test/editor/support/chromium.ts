import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../setup/editorParts.ts';

/** Quiet, without the network and without what a container lacks. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Without it, headless Chromium draws text with the machine's own hinting and screenshots differ.
  '--font-render-hinting=none',
];

/** Starts the system's Chromium. One is enough for a test file: pages get contexts of their own. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('chromium is not installed: apt-get install chromium');
  return chromium.launch({ executablePath, args: flags });
}

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { existsSync } from 'node:fs';

const executablePath = process.env['A2O_CHROMIUM'] ?? '/usr/bin/chromium';

/** Debian's Chromium, which asks nobody on the network for anything. */
export async function startChromium(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing; run tools/chromium/install.sh`);
  return await chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-default-browser-check',
      '--no-first-run',
    ],
  });
}

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Width of a page of A4 is about 660 pixels. */
const dotsPerInch = 80;

/** Writes the first pages of a PDF as `page-1.png` and so on. Needs pdftoppm (`tools/poppler/install.sh`). */
export function writePages(pdf: string, folder: string, pages: number): void {
  mkdirSync(folder, { recursive: true });
  for (let page = 1; page <= pages; page += 1) {
    const only = ['-f', String(page), '-l', String(page), '-singlefile'];
    execFileSync('pdftoppm', ['-png', '-r', String(dotsPerInch), ...only, pdf, join(folder, `page-${page}`)]);
  }
}

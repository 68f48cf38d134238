import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { coverageOf } from './font-coverage.js';

/** Noto Sans covers Latin, Greek, Cyrillic and Devanagari, and its licence (OFL 1.1) lets a document embed it. */
const packaged = {
  regular: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf',
  code: '@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf',
} as const;

export interface Fonts {
  readonly files: readonly Buffer[];
  /** Whether every one of the fonts has a glyph for the character. */
  readonly covers: (codePoint: number) => boolean;
}

let loaded: Fonts | undefined;

/** Throws the error of Node's resolver where the packages are not installed. */
export function loadFonts(): Fonts {
  loaded ??= readFonts();
  return loaded;
}

function readFonts(): Fonts {
  const require = createRequire(import.meta.url);
  const files = Object.values(packaged).map((path) => readFileSync(require.resolve(path)));
  const coverages = files.map(coverageOf);
  const known = new Map<number, boolean>();
  return {
    files,
    covers: (codePoint) => {
      const answer = known.get(codePoint) ?? coverages.every((has) => has(codePoint));
      known.set(codePoint, answer);
      return answer;
    },
  };
}

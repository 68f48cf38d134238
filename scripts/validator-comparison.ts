// Writes the section 'How other tools judge the same corpus' of docs/validation.md from docs/validation-comparison.json:
// `npm run docs:comparison`.
import { readResults, writeSection } from '../bench/comparison/render.js';

writeSection(readResults());

export { renderMarkdown } from './markdown.js';
export type { Block, Paper, Text, Tone } from './paper.js';
export { renderPdf } from './typst/render-pdf.js';

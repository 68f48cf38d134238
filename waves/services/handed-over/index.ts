export { handOverSource } from './hand-over-source.js';
export { virtV2v } from './virt-v2v.js';
export { handedOverService } from './handed-over-service.js';

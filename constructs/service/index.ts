export { images } from './images.js';
export { configFolder, containerService, dataFolder, oneShotCommand } from './service.js';
export type { Service } from './service.js';

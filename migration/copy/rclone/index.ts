export { rcloneEngine } from './rclone-engine.js';
export type { RcloneEngineOptions } from './rclone-engine.js';

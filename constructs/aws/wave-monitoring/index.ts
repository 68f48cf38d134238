export { WaveMonitoring } from './wave-monitoring.js';

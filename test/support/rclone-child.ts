import { startRclone } from '../../clients/rclone/index.js';

// Starts rclone, says its pid, and stays.
const [, , program = 'rclone'] = process.argv;
const started = await startRclone({ program });
if (!started.ok) throw new Error(JSON.stringify(started.error));
process.stdout.write(`${started.value.pid}\n`);

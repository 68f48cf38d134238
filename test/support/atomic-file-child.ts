// Begins to write the file that it is given, says so, and waits to be killed.
import { writeFileSync } from 'node:fs';
import { temporaryBeside } from '../../core/atomic-file.js';

writeFileSync(temporaryBeside(process.argv[2] ?? ''), 'half');
console.log('writing');
setInterval(() => undefined, 1000);

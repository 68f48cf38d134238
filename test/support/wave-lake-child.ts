// Moves a lake of machines on the compiled product and prints what came of it, with the time that it took.
import { moveLake } from './wave-lake.js';
import type { LakeOptions } from './wave-lake.js';

const options = JSON.parse(process.argv[2] ?? '') as LakeOptions;
const began = performance.now();
const moved = await moveLake(options);
const { user, system } = process.cpuUsage();
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ ...moved, seconds, cpuSeconds: (user + system) / 1e6 }));

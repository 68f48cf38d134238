// Moves a lake of machines on the compiled product and prints what came of it, with the seconds that it took.
import { moveLake } from './wave-lake.js';
import type { LakeOptions } from './wave-lake.js';

const options = JSON.parse(process.argv[2] ?? '') as LakeOptions;
const began = performance.now();
const moved = await moveLake(options);
console.log(JSON.stringify({ ...moved, seconds: (performance.now() - began) / 1000 }));

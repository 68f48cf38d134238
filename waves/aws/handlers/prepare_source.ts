import { stepHandler } from '../step-handler.js';
import { withMgn } from '../with-mgn.js';

export const handler = stepHandler(['prepare'], withMgn);

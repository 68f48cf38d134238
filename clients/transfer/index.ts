export { attemptsWorth, isDamaged, isUnexpected, noAnswer, unexpectedAnswer } from './failure.js';
export type { TransferFailure } from './failure.js';
export { transport } from './http.js';
export type { OnSpent } from './stopwatch.js';
export type { ContentSink, SendTransfer, TransferReply, TransferRequest } from './http.js';

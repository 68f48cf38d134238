export { attemptsWorth, isDamaged, noAnswer } from './failure.js';
export type { TransferFailure } from './failure.js';
export { transport } from './http.js';
export type { ContentSink, SendTransfer, TransferReply, TransferRequest } from './http.js';

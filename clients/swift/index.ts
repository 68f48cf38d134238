export { defaultSwiftLimits, jsonIn, swiftTransfer } from './swift-transfer.js';
export type { SwiftLimits, SwiftTarget, SwiftTransfer } from './swift-transfer.js';

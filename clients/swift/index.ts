export type { KeystoneSettings, SwiftAccess } from './keystone.js';
export { defaultSwiftLimits, swiftTransfer } from './swift-transfer.js';
export type { SwiftLimits, SwiftRequest, SwiftTarget, SwiftTransfer } from './swift-transfer.js';

import { unexpectedAnswer } from '../../transfer/failure.js';
import type { TransferFailure } from '../../transfer/failure.js';
import type { TransferReply } from '../../transfer/index.js';

const longestReason = 300;

/**
 * The failure in an answer of S3, whose body is XML; undefined for a success, whose body is one of these elements, or
 * empty where there are none. A multipart upload may fail after a status of 200. Source: Amazon S3 API reference, 'Error
 * responses', 'CompleteMultipartUpload'.
 */
export function replyFailure(
  { status, headers, text }: TransferReply,
  elements: readonly string[] = [],
): TransferFailure | undefined {
  const isSuccess = status >= 200 && status < 300;
  const root = rootOf(text);
  if (isSuccess && root !== 'Error') {
    if (elements.length === 0 ? text.trim() === '' : elements.some((name) => name === root)) return undefined;
    const expected = elements.length === 0 ? 'nothing' : `<${elements.join('> or <')}>`;
    return unexpectedAnswer(`it sent ${excerptOf(text)} instead of ${expected}`, status);
  }
  const retryAfterMs = 1000 * Number(headers['retry-after'] ?? 0) || 0;
  return {
    // What failed in the middle of an answer is the store's fault.
    status: isSuccess ? 500 : status,
    code: elementIn(text, 'Code') ?? codeOfStatus[status] ?? `HTTP ${status}`,
    reason: (elementIn(text, 'Message') ?? '').slice(0, longestReason),
    ...(retryAfterMs > 0 && { retryAfterMs }),
  };
}

/** Of a complete document; undefined for anything else. */
function rootOf(text: string): string | undefined {
  const [, name, end] = /^\s*(?:<\?xml[^>]*\?>\s*)?<([A-Za-z]+)(?:\s[^>]*?)?(\/?)>/.exec(text) ?? [];
  return name !== undefined && (end === '/' || text.trimEnd().endsWith(`</${name}>`)) ? name : undefined;
}

function excerptOf(text: string): string {
  const start = text.slice(0, longestReason).replace(/\s+/g, ' ').trim();
  return start === '' ? 'nothing' : `'${start}'`;
}

/** The answer to HEAD has no body. */
const codeOfStatus: Readonly<Record<number, string>> = {
  304: 'NotModified',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  405: 'MethodNotAllowed',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  503: 'SlowDown',
};

/** Text of the first such element. */
export function elementIn(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : xmlText(text);
}

/** The XML of each such element. */
export function elementsIn(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, inner = '']) => inner);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text that XML writes so: without entities. */
export function xmlText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole: string, hex: string | undefined, decimal: string | undefined, name: string) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return entities[name] ?? whole;
    },
  );
}

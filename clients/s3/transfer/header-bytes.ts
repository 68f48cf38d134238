/** A header's value as it is sent, one character a byte, as the Unicode text that it is signed as. */
export function textOfHeader(sent: string): string {
  return ascii.test(sent) ? sent : Buffer.from(sent, 'latin1').toString();
}

export function bytesOfHeader(text: string): string {
  return ascii.test(text) ? text : Buffer.from(text).toString('latin1');
}

/** Whether the bytes are UTF-8, and so can be signed. */
export function isUtf8Header(sent: string): boolean {
  return ascii.test(sent) || bytesOfHeader(textOfHeader(sent)) === sent;
}

// eslint-disable-next-line no-control-regex -- ASCII begins with them
const ascii = /^[\x00-\x7f]*$/;

import type { TrinoConnection } from './connection.js';

const longest = 300;

/** Shortens an answer to one readable line (of a web page: its text). Masks credentials, which a server may echo. */
export function excerptWithout({ user, password = '' }: TrinoConnection): (text: string) => string {
  const secrets = password === '' ? [] : [basicCredentials(user, password), password];
  return (text) => {
    const plain = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    const words = plain.replace(/<(style|script)[^]*?<\/\1>|<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    return words.trim().slice(0, longest) || 'an empty answer';
  };
}

export function basicCredentials(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

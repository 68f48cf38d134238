import { request as requestPlain } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import type { Agent } from 'node:https';

export interface Page {
  readonly status: number;
  readonly body: string;
  /** Where a redirect leads, whole; empty for none. */
  readonly location: string;
  /** What is asked for where nobody signed in. */
  readonly challenge: string;
}

interface Visit {
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

/** What of a browser signing in takes: cookies, redirects and forms. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly agent: Agent,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** One request; redirects are for the caller. */
  visit(url: string, { method = 'GET', body }: Visit = {}): Promise<Page> {
    const { protocol, host } = new URL(url);
    const isEncrypted = protocol === 'https:';
    const cookie = [...this.cookies]
      .filter(([name]) => name.startsWith(`${host} `))
      .map(([name, value]) => `${name.split(' ')[1] ?? ''}=${value}`)
      .join('; ');
    const form = body?.includes('prompt=') === true ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {};
    const headers = { ...this.headers, ...form, Cookie: cookie };
    return new Promise((settle, reject) => {
      const send = isEncrypted ? requestEncrypted : requestPlain;
      const sent = send(
        url,
        { method, headers, timeout: 30_000, ...(isEncrypted && { agent: this.agent }) },
        (answer) => {
          for (const line of answer.headers['set-cookie'] ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            this.cookies.set(`${host} ${name}`, value);
          }
          const { location } = answer.headers;
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            settle({
              status: answer.statusCode ?? 0,
              body: Buffer.concat(chunks).toString(),
              location: location === undefined ? '' : new URL(location, url).href,
              challenge: answer.headers['www-authenticate'] ?? '',
            });
          });
        },
      );
      sent.on('error', reject);
      sent.on('timeout', () => sent.destroy(new Error(`${url} was not answered`)));
      sent.end(body);
    });
  }

  /** Follows where it is led, fills in the provider's forms, and returns the page at the end. */
  async signIn(url: string, user: string): Promise<Page> {
    let at = url;
    let page = await this.visit(at);
    for (let steps = 0; steps < 20; steps += 1) {
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page.body) ?? [];
      const [, action = at] = /<form[^>]* action="([^"]+)"/.exec(page.body) ?? [];
      if (page.location !== '') {
        at = page.location;
        page = await this.visit(at);
      } else if (prompt !== undefined) {
        at = new URL(action, at).href;
        page = await this.visit(at, { method: 'POST', body: `prompt=${prompt}&login=${user}&password=any` });
      } else return page;
    }
    throw new Error(`signing in never ended; the last page was ${at}`);
  }
}

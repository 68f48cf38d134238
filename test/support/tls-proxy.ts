import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ServerCertificate } from './certificate.js';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

interface TlsProxyProps {
  /** Of the server behind it, such as `http://127.0.0.1:5000`. */
  readonly origin: string;
  readonly certificate: ServerCertificate;
  /** Takes the text of an answer and returns that of the proxy's. @default answers pass as they are */
  readonly change?: (answer: string) => string;
}

/** TLS in front of a server on loopback. As a load balancer does, it names the scheme in X-Forwarded-Proto. */
export function startTlsProxy({ origin, certificate, change }: TlsProxyProps): Promise<LocalServer> {
  return listen((asked, response) => {
    const { method = 'GET', url = '/' } = asked;
    const headers = { ...endToEnd(asked.headers), 'x-forwarded-proto': 'https' };
    const sent = request(`${origin}${url}`, { method, headers, agent: false }, (answer) => {
      const status = answer.statusCode ?? 502;
      if (change === undefined) {
        response.writeHead(status, endToEnd(answer.headers));
        pipeline(answer, response, () => undefined);
        return;
      }
      void text(answer).then((body) => {
        const changed = change(body);
        response.writeHead(status, { ...endToEnd(answer.headers), 'content-length': Buffer.byteLength(changed) });
        response.end(method === 'HEAD' ? undefined : changed);
      });
    });
    sent.on('error', () => response.destroy());
    asked.pipe(sent);
  }, certificate);
}

/** Without the headers that are about one connection. Source: RFC 9110, section 7.6.1. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(connection|keep-alive|transfer-encoding|upgrade)$/.test(name)),
  );
}

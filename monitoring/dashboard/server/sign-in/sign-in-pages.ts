import type { SignInFailure } from './oidc-failures.js';

/** In the dashboard's own look, with the request by which an administrator finds the reason in the log. */
export function failurePage({ problem, administrator }: SignInFailure, requestId: string): string {
  return page(
    'Not signed in',
    `<div class="callout bad" role="alert"><p><strong>${prose(problem.message)}</strong></p></div>
      <section><h2>What you can do</h2><p>${prose(problem.fix)}</p></section>
      <section><h2>What an administrator can do</h2><p>${prose(administrator)}</p></section>
      <p class="actions"><a class="button primary" href="/sign-in">Try again</a> <a class="button" href="/">Sign in with a token</a></p>
      <p class="muted">Request ${escapeHtml(requestId)}, ${escapeHtml(problem.code)}</p>`,
  );
}

/** Leads on: a redirect would count as coming from the provider, and the browser would withhold the strict cookie. */
export function signedInPage(): string {
  return page(
    'Signed in',
    '<p><a href="/">Open the dashboard</a></p>',
    '<meta http-equiv="refresh" content="0;url=/" />',
  );
}

function page(title: string, content: string, more = ''): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · aws2openstack</title>
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/assets/app.css" />
    ${more}
  </head>
  <body>
    <main class="sign-in">
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>
`;
}

/** Text between backticks becomes code. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : escapeHtml(part)))
    .join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

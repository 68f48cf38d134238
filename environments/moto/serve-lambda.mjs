// Answers Lambda invocations on a free port of 127.0.0.1 with bundled handlers: moto runs functions in Docker only.
//
//   node serve-lambda.mjs FOLDER     FOLDER has one NAME.mjs for each function, whose name ends with NAME
//
// Prints its port on one line, and ends when standard input closes. The handlers get this process's environment.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const timeLimitMs = 60_000;
const handlers = new Map();

async function handlerOf(path) {
  const [, name] =
    /^\/2015-03-31\/functions\/[^/]*?([a-z]+_[a-z_]+)\/invocations$/.exec(decodeURIComponent(path)) ?? [];
  if (name === undefined) throw new Error(`there is no function at ${path}`);
  if (!handlers.has(name)) handlers.set(name, import(pathToFileURL(resolve(folder, `${name}.mjs`)).href));
  return { name, handler: (await handlers.get(name)).handler };
}

async function invoke(request) {
  const { name, handler } = await handlerOf(request.url.split('?')[0]);
  const until = Date.now() + timeLimitMs;
  const context = {
    awsRequestId: randomUUID(),
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    memoryLimitInMB: '256',
    getRemainingTimeInMillis: () => until - Date.now(),
  };
  return await handler(await json(request), context);
}

// As Lambda does: an error of the handler is an answer of 200 with a header. Source: AWS Lambda API reference, 'Invoke'.
const server = createServer((request, response) => {
  invoke(request).then(
    (answer) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? null));
    },
    (error) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' });
      response.end(JSON.stringify({ errorType: error.name, errorMessage: error.message }));
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  // The handlers log on standard output, too; the first line is the port.
  process.stdout.write(`${server.address().port}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

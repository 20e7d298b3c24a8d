import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { download } from '../../../../tools/lib/download.mjs';
import { temporaryFolder } from './fixtures.mjs';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
const integrity = `sha256-${createHash('sha256').update(content).digest('base64')}`;
const folder = temporaryFolder();

let server;
let url;
let requests;
let options; // of the server, for one test
let path;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.headers.range ?? 'whole');
    if (options.hangs) return;
    if (options.status) return response.writeHead(options.status).end();
    const begin = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    if (begin >= content.length) return response.writeHead(416).end();
    const { body = content } = options;
    const resumes = begin > 0 && !options.ignoresRange;
    response.writeHead(resumes ? 206 : 200, { 'content-length': body.length - (resumes && begin) });
    const rest = body.subarray(resumes ? begin : 0);
    if (!options.cutsAt) return response.end(rest);
    response.write(rest.subarray(0, options.cutsAt));
    // Until something of it has arrived.
    const timer = setInterval(() => {
      if (!statSync(`${path}.part`, { throwIfNoEntry: false })?.size) return;
      clearInterval(timer);
      response.destroy();
    }, 5);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}/file`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(({ task }) => {
  requests = [];
  options = {};
  path = join(folder, task.id);
});

function expectContent() {
  expect(readFileSync(path).equals(content)).toBe(true); // toEqual compares byte by byte
}

test('a file arrives whole', async () => {
  await download(url, path, { integrity });
  expectContent();
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('a download that broke off goes on where it stopped', async () => {
  options.cutsAt = 50_000;
  await expect(download(url, path, { integrity })).rejects.toThrow('the connection broke');
  expect(existsSync(path)).toBe(false);
  const { length } = readFileSync(`${path}.part`);
  expect(length).toBeGreaterThan(0);
  options = {};
  await download(url, path, { integrity });
  expectContent();
  expect(requests).toEqual(['whole', `bytes=${length}-`]);
});

test('a server that knows no ranges sends the file again', async () => {
  writeFileSync(`${path}.part`, content.subarray(0, 1000));
  options.ignoresRange = true;
  await download(url, path, { integrity });
  expectContent();
});

test('a part that was whole already is taken', async () => {
  writeFileSync(`${path}.part`, content);
  await download(url, path, { integrity });
  expectContent();
});

test('the beginning of another version is thrown away', async () => {
  writeFileSync(`${path}.part`, Buffer.alloc(1000));
  await download(url, path, { integrity });
  expectContent();
  expect(requests).toEqual(['bytes=1000-', 'whole']);
});

test('another content is refused and deleted', async () => {
  options.body = Buffer.alloc(content.length);
  await expect(download(url, path, { integrity })).rejects.toThrow(
    'is not the file that was expected',
  );
  expect(existsSync(path)).toBe(false);
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('what the server refuses is said', async () => {
  options.status = 404;
  await expect(download(url, path, { integrity })).rejects.toThrow('answered 404 Not Found');
});

test('a network that is not there is said', async () => {
  const nowhere = 'http://127.0.0.1:1/file';
  await expect(download(nowhere, path, { integrity })).rejects.toThrow('cannot be reached');
});

test('patience ends', async () => {
  options.hangs = true;
  const signal = AbortSignal.timeout(100);
  await expect(download(url, path, { integrity, signal })).rejects.toThrow('not there in time');
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headersFile, siteHeaders } from '../../../../tools/site/headers.mjs';
import { startServer } from '../../../../tools/site/server.mjs';
import { temporaryFolder } from './fixtures.mjs';

const folder = temporaryFolder();
const root = join(folder, 'dist');
const files = {
  'index.html': 'text/html; charset=utf-8',
  'tabtrain.js': 'text/javascript; charset=utf-8',
  'worker.mjs': 'text/javascript; charset=utf-8',
  'assets/page-1a2b.css': 'text/css; charset=utf-8',
  'wasm/simd-single.wasm': 'application/wasm',
  'weights/default.safetensors': 'application/octet-stream',
  'samples/bird/a b.png': 'image/png',
  'docs/index.html': 'text/html; charset=utf-8',
};
let server;

beforeAll(async () => {
  for (const name of Object.keys(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), `content of ${name}`);
  }
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  server = await startServer({ root, port: 0 });
});
afterAll(() => server.close());

/** A request as it is written, without the client's own clean-up of the path. */
function ask(path, { method = 'GET', headers = {} } = {}) {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ ...response, headers: response.headers, body }));
    });
    call.on('error', reject).end();
  });
}

function expectSiteHeaders(headers, options) {
  for (const [name, value] of Object.entries(siteHeaders(options))) {
    expect(headers[name.toLowerCase()]).toBe(value);
  }
}

test.each(Object.entries(files))('%s is served as %s', async (name, type) => {
  const { statusCode, headers, body } = await ask(`/${encodeURI(name)}?query=1`);
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toBe(type);
  expect(headers['content-length']).toBe(String(body.length));
  expect(body).toBe(`content of ${name}`);
  expectSiteHeaders(headers);
});

test('a folder is its index.html', async () => {
  expect((await ask('/')).body).toBe('content of index.html');
  expect((await ask('/docs/')).body).toBe('content of docs/index.html');
});

test('HEAD answers without the content', async () => {
  const { statusCode, headers, body } = await ask('/tabtrain.js', { method: 'HEAD' });
  expect(statusCode).toBe(200);
  expect(headers['content-length']).toBe(String('content of tabtrain.js'.length));
  expect(body).toBe('');
});

test('hashed assets are kept, others asked for again', async () => {
  const asset = await ask('/assets/page-1a2b.css');
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const page = await ask('/index.html');
  expect(page.headers['cache-control']).toBe('no-cache');
  const again = await ask('/index.html', { headers: { 'if-none-match': page.headers.etag } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expectSiteHeaders(again.headers);
  writeFileSync(join(root, 'index.html'), 'content, now another');
  const changed = await ask('/index.html', { headers: { 'if-none-match': page.headers.etag } });
  expect([changed.statusCode, changed.body]).toEqual([200, 'content, now another']);
  writeFileSync(join(root, 'index.html'), 'content of index.html');
});

describe('is refused:', () => {
  test.each([
    ['/missing.js', 404],
    ['/docs', 404],
    ['/../secret.txt', 404],
    ['/docs/../../secret.txt', 404],
    ['/%2e%2e/secret.txt', 404],
    ['/..%2fsecret.txt', 404],
    ['/docs/..%2f..%2f..%2fsecret.txt', 404],
    ['//secret.txt', 404],
    ['/..\\secret.txt', 404],
    ['/index.html%00.png', 400],
    ['/%', 400],
    ['http://127.0.0.1/secret.txt', 400],
  ])('GET %s', async (path, status) => {
    const { statusCode, headers, body } = await ask(path);
    expect(statusCode).toBe(status);
    expect(body).not.toContain('secret');
    expectSiteHeaders(headers);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    const { statusCode, headers } = await ask('/index.html', { method });
    expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD']);
    expectSiteHeaders(headers);
  });
});

describe('the headers', () => {
  test('isolate the page and shut every other origin out', () => {
    const headers = siteHeaders();
    expect(headers['Cross-Origin-Opener-Policy']).toBe('same-origin');
    expect(headers['Cross-Origin-Embedder-Policy']).toBe('require-corp');
    const policy = headers['Content-Security-Policy'];
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/\*|https?:|'unsafe-inline'|'unsafe-eval'/);
  });

  test('come without isolation when asked', async () => {
    const plain = await startServer({ root, port: 0, isolation: false });
    const response = await fetch(plain.url);
    await plain.close();
    expectSiteHeaders(Object.fromEntries(response.headers), { isolation: false });
    expect(response.headers.get('cross-origin-opener-policy')).toBeNull();
    expect(response.headers.get('cross-origin-embedder-policy')).toBeNull();
  });

  test('are those of the file for static hosts', () => {
    const [every, assets] = headersFile().split(/^(?=\/)/m);
    const pairs = every
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim().split(/: (.*)/, 2));
    expect(every.split('\n')[0]).toBe('/*');
    expect(Object.fromEntries(pairs)).toEqual(siteHeaders());
    expect(assets).toBe('/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n');
  });
});

describe('the command', () => {
  const run = (args, env) => {
    const script = fileURLToPath(new URL('../../../../tools/serve.mjs', import.meta.url));
    return spawnSync(process.execPath, [script, ...args], {
      encoding: 'utf8',
      timeout: 10_000,
      env: { ...process.env, ...env },
    });
  };

  test('says that a port is taken', async () => {
    const { port } = new URL(server.url);
    await expect(startServer({ root, port: Number(port) })).rejects.toThrow(
      `Port ${port} is taken`,
    );
  });

  test.each(['http', '-1', '99999'])('refuses the port %s', (port) => {
    const { status, stderr } = run([], { PORT: port });
    expect(status).toBe(1);
    expect(stderr).toContain(`${port} is no port`);
    expect(stderr).not.toContain('    at ');
  });
});

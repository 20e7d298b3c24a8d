import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../lib/fail.mjs';
import { cacheControl, siteHeaders } from './headers.mjs';

const HOST = '127.0.0.1';

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Serves a folder of files on this machine alone, with the headers that the page needs.
 * @param {object} options
 * @param {string} options.root
 * @param {number} options.port 0 takes a free one
 * @param {boolean} [options.isolation]
 * @param {Record<string, string>} [options.headers] of every response
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startServer({ root, port, isolation, headers = siteHeaders({ isolation }) }) {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(root, request, response).catch((error) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') console.error(error); // else: they left
      response.destroy();
    });
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(undefined));
  }).catch((error) => {
    throw inWords(error, port);
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://${HOST}:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param {NodeJS.ErrnoException} error @param {number} port */
function inWords(error, port) {
  if (error.code === 'EADDRINUSE') {
    return new UserError(`Port ${port} is taken.`, `Take another: PORT=${port + 1} npm start`);
  }
  if (error.code === 'EACCES') {
    return new UserError(
      `Port ${port} is not allowed.`,
      'Take one above 1023: PORT=8080 npm start',
    );
  }
  return error;
}

/**
 * @param {string} root
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response.setHeader('Allow', 'GET, HEAD'), 405, 'Only GET and HEAD.');
  }
  const path = pathOf(String(request.url));
  if (path === undefined) return refuse(response, 400, 'This is no path.');
  const file = join(root, path);
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) return refuse(response, 404, 'There is no such file.');

  const tag = `"${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}"`;
  response.setHeader('Cache-Control', cacheControl(path));
  response.setHeader('ETag', tag);
  if (request.headers['if-none-match'] === tag) return response.writeHead(304).end();
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', info.size);
  if (request.method === 'HEAD') return response.end();
  await pipeline(createReadStream(file), response);
}

/**
 * The file that an address asks for, as a path below the root; a folder means its index.html.
 * @param {string} url '/docs/?x=1'
 * @returns {string | undefined} undefined when it is malformed
 */
function pathOf(url) {
  try {
    const path = decodeURIComponent(String(url.split(/[?#]/, 1)[0]));
    if (!path.startsWith('/') || path.includes('\0')) return undefined;
    // From the root, `..` leads nowhere but to the root.
    const inside = normalize(path);
    return inside.endsWith('/') ? `${inside}index.html` : inside;
  } catch {
    return undefined; // a malformed escape
  }
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} text */
function refuse(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

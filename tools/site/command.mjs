import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../lib/fail.mjs';
import { DIST } from '../lib/paths.mjs';
import { startServer } from './server.mjs';

const DEFAULT_PORT = '8080';

/** What `npm start` and tools/serve.mjs take: --port N (or PORT) and --no-isolation. */
export function serveOptions() {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, 'no-isolation': { type: 'boolean', default: false } },
  });
  const port = values.port ?? process.env.PORT ?? DEFAULT_PORT;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new UserError(`${port} is no port.`, 'Use a number up to 65535.');
  }
  return { port: Number(port), isolation: !values['no-isolation'] };
}

/**
 * Serves the built site until the program is ended.
 * @param {{ port: number, isolation: boolean }} options
 */
export async function serveSite(options) {
  if (!existsSync(join(DIST, 'index.html'))) {
    throw new UserError('There is no dist/index.html yet.', 'Build the site: npm run build');
  }
  const { url } = await startServer({ root: DIST, ...options });
  console.log(`ready ${url}`);
}

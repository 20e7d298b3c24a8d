// A copy of dist/, by links, with files of a test beside it, served by our own server.
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DIST } from '../../tools/lib/paths.mjs';
import { startServer } from '../../tools/site/server.mjs';
import { FILES } from './keras-file.mjs';

export interface Site {
  url: string;
  /** Where files for its `/given/` go. */
  given: string;
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const root = join(FILES, 'site');
  rmSync(root, { recursive: true, force: true });
  const given = join(root, 'given');
  mkdirSync(given, { recursive: true });
  for (const name of readdirSync(DIST)) symlinkSync(join(DIST, name), join(root, name));
  const { url, close } = await startServer({ root, port: 0 });
  return { url: url.replace(/\/$/, ''), given, close };
}

// A copy of dist/, by links, with files of a test beside it, served by our own server.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linkSite } from '../../tools/lib/in-page.mjs';
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
  mkdirSync(root, { recursive: true });
  linkSite(root, []);
  const { url, close } = await startServer({ root, port: 0 });
  return { url: url.replace(/\/$/, ''), given: join(root, 'given'), close };
}

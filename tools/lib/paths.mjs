import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const BUILD = join(ROOT, 'build');
export const DIST = join(ROOT, 'dist');

/** Downloads and what is made of them live here, outside the clone, so that the next clone is quick. */
export const CACHE = resolve(
  process.env.TABTRAIN_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tabtrain'),
);

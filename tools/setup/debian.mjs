import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { temporaryFolder } from '../lib/folder.mjs';
import { CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/run.mjs';
import { which } from '../lib/which.mjs';

/** Newer than the system that we support at least, and the same for everyone. */
const SUITE = 'trixie';
const KEY = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Whether Debian's archive can be used here. */
export function hasDebian() {
  return which('apt-get') !== undefined && which('dpkg-deb') !== undefined && existsSync(KEY);
}

/** @type {Promise<(args: string[], cwd: string) => Promise<string>> | undefined} */
let apt;

/**
 * apt-get for Debian 13's packages on any Debian, as any user: it has lists of its own, checked by
 * Debian's key, and changes nothing of the system. They are fetched at first use.
 * @param {string[]} args
 * @param {string} cwd where downloads go
 * @returns {Promise<string>} standard output
 */
export async function debianApt(args, cwd) {
  apt ??= prepare();
  return (await apt)(args, cwd);
}

async function prepare() {
  const state = temporaryFolder(join(CACHE, 'apt-'));
  for (const folder of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(state, folder), { recursive: true });
  }
  const suite = `[signed-by=${KEY}] ${await archive()} ${SUITE} main`;
  writeFileSync(join(state, 'sources.list'), `deb ${suite}\ndeb-src ${suite}\n`);
  writeFileSync(join(state, 'status'), ''); // as if nothing was installed
  const options = [
    `Dir::State::Lists=${state}/lists`,
    `Dir::State::status=${state}/status`,
    `Dir::Etc::SourceList=${state}/sources.list`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::Cache=${state}/cache`,
    'APT::Sandbox::User=root', // the user _apt cannot write to our folders
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  const run = (/** @type {string[]} */ args, /** @type {string} */ cwd) =>
    capture('apt-get', ['-qq', ...options, ...args], { cwd });
  await run(['update'], state);
  return run;
}

/** The mirror that this system uses. */
async function archive() {
  const format = ['--format', '$(REPO_URI)', 'Created-By: Packages'];
  const addresses = (await capture('apt-get', ['indextargets', ...format])).split('\n');
  const address = addresses.find((line) => /\/debian\/?$/.test(line));
  if (address) return address;
  throw new UserError('apt knows no mirror of Debian: none is named in /etc/apt/sources.list.');
}

/**
 * Unpacks a package, without installing it.
 * @param {string} deb
 * @param {string} folder
 * @param {readonly string[]} tarOptions what to take or leave
 */
export async function unpackDeb(deb, folder, tarOptions = []) {
  const script = 'set -o pipefail; dpkg-deb --fsys-tarfile "$0" | tar -x "$@"';
  await capture('bash', ['-c', script, deb, '-C', folder, ...tarOptions]);
}

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/fail.mjs';
import { makeFolder, makeLink } from '../lib/folder.mjs';
import { BUILD, CACHE } from '../lib/paths.mjs';
import { debianApt, hasDebian, unpackDeb } from './debian.mjs';

const PACKAGE = 'tuxpaint-stamps-default';
const STAMPS = './usr/share/tuxpaint/stamps';

/** Label of each class and the folder of its pictures: photos, without the cartoons below it. */
const CLASSES = [
  { label: 'bird', folder: 'animals/birds' },
  { label: 'fruit', folder: 'food/fruit' },
  { label: 'flower', folder: 'plants/flowers' },
  { label: 'vegetable', folder: 'food/vegetables' },
];

const FOLDER = join(CACHE, 'samples-1');
export const SAMPLES = join(BUILD, 'samples');

/**
 * Pictures to try the page with: index.json, a folder a class, and the licence. The page does
 * without where there is no Debian; the tests do not.
 * @param {{ required: boolean }} options
 * @returns {import('../lib/step.mjs').Step}
 */
export function samples({ required }) {
  const canBeHad = hasDebian() || existsSync(FOLDER);
  return {
    name: canBeHad ? 'sample pictures' : `sample pictures (left out: ${PACKAGE} is Debian's)`,
    isDone: () => (existsSync(SAMPLES) ? readlinkSync(SAMPLES) === FOLDER : !canBeHad && !required),
    doing: `taking them out of Debian's ${PACKAGE}`,
    async run() {
      if (!existsSync(FOLDER)) await makeFolder(FOLDER, unpackSamples);
      makeLink(FOLDER, SAMPLES);
    },
  };
}

/** @param {string} folder */
async function unpackSamples(folder) {
  if (!hasDebian()) {
    throw new UserError(
      `The sample pictures are missing: they come from Debian's package ${PACKAGE}.`,
      'Run the tests on Debian, or in a container of it.',
    );
  }
  const unpacked = join(folder, 'package');
  mkdirSync(unpacked);
  await debianApt(['download', PACKAGE], folder);
  const deb = join(folder, String(readdirSync(folder).find((name) => name.endsWith('.deb'))));
  const wanted = CLASSES.map((item) => `${STAMPS}/${item.folder}/*.png`);
  const licence = `./usr/share/doc/${PACKAGE}/copyright`;
  await unpackDeb(deb, unpacked, ['--wildcards', '--no-wildcards-match-slash', ...wanted, licence]);
  for (const { label, folder: from } of CLASSES) {
    renameSync(join(unpacked, STAMPS, from), join(folder, label));
  }
  renameSync(join(unpacked, licence), join(folder, 'LICENCE.txt'));
  rmSync(unpacked, { recursive: true });
  rmSync(deb);
  writeFileSync(join(folder, 'index.json'), JSON.stringify(indexOf(folder), null, 2));
}

/** What the page reads: files are relative to index.json. @param {string} folder */
function indexOf(folder) {
  return {
    name: 'Tux Paint stamps',
    licence: 'GPL-2.0-or-later',
    source: `Debian's ${PACKAGE}`,
    classes: CLASSES.map(({ label }) => ({
      label,
      files: readdirSync(join(folder, label))
        .sort()
        .map((file) => `${label}/${file}`),
    })),
  };
}

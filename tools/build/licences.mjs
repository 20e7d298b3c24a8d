import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { EMSCRIPTEN } from '../setup/emscripten.mjs';
import { LIBRARIES, linkOf } from '../setup/third-party.mjs';

/** @typedef {{ name: string, licence: string, text: string }} Notice */

/**
 * The licences of everything of others that is in what we publish.
 * @param {Record<string, string>} weights metadata of the default weights
 */
export function thirdPartyLicences(weights) {
  const notices = [...compiled(), emscripten(), ...bundled()];
  const data = [
    `Weights: ${weights.name}, from ${weights.source}; licence: ${weights.licence}.`,
    'Sample pictures: see samples/LICENCE.txt.',
  ];
  const sections = notices.map(
    ({ name, licence, text }) => `${name} (${licence})\n\n${text.trim()}`,
  );
  return `${[data.join('\n'), ...sections].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Libraries that are compiled into the wasm variants. @returns {Notice[]} */
function compiled() {
  return LIBRARIES.filter(({ shipped }) => shipped).map((library) => ({
    name: library.name,
    licence: library.licence,
    text: readFileSync(join(linkOf(library), library.licenceFile), 'utf8'),
  }));
}

/** Emscripten's runtime and system libraries: its own folder has it, or Debian's documents.
 * @returns {Notice} */
function emscripten() {
  const folder = realpathSync(EMSCRIPTEN);
  const files = [join(folder, 'LICENSE'), join(folder, '../doc/emscripten/copyright')];
  const file = files.find((path) => existsSync(path));
  if (!file) throw new Error(`Emscripten in ${folder} has no licence file`);
  return { name: 'Emscripten', licence: 'MIT', text: readFileSync(file, 'utf8') };
}

/** npm packages that the page or the module is made of. @returns {Notice[]} */
function bundled() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== '' && !dev)
    .map(([folder, { license, version }]) => {
      const name = `${folder.replace(/^.*node_modules\//, '')} ${version}`;
      return { name, licence: license, text: licenceText(join(ROOT, folder)) };
    });
}

/** @param {string} folder of a package */
function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8') : '(The package has no licence file.)';
}

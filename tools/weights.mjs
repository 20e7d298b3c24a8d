// npm run weights: lists the sources of weights, fetches one, imports a file, chooses one.
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from './lib/fail.mjs';
import { runMain } from './lib/main.mjs';
import { stopwatch } from './lib/step.mjs';
import { adoptFile, cachedFile } from './weights/fetch.mjs';
import { importWeights } from './weights/import.mjs';
import { findSource, origin, readManifest } from './weights/manifest.mjs';
import {
  choose,
  defaultName,
  importedNames,
  prepareSource,
  weightsFile,
} from './weights/store.mjs';

const USAGE = `npm run weights                      list the sources and what is here
npm run weights -- fetch NAME        fetch a source and import it
npm run weights -- import FILE       import a file of your own: Keras .h5, .weights.h5 or .keras,
                                     a TensorFlow.js layers model (model.json), safetensors
npm run weights -- use NAME          let the page start with these

options of fetch and import:
  --name NAME        name of the result (the source's or the file's own name)
  --dtype DTYPE      float32 (as it is) or float16 (half the size)
options of import, written into the result and shown by the page:
  --source TEXT      where the file comes from (its name)
  --licence TEXT     SPDX (unknown)
  --features LAYERS  layers whose pooled outputs make the features, by comma (mixed10)`;

/** @param {string} name @param {Options} options */
async function fetchCommand(name, options) {
  await prepareSource(findSource(name), { name: options.name, dtype: dtypeOf(options) });
  return options.name ?? name;
}

/** @param {string} file @param {Options} options */
async function importCommand(file, options) {
  if (!existsSync(file)) throw new UserError(`There is no file ${file}.`);
  const known = await adoptFile(file, readManifest());
  if (known) return fetchCommand(known.name, options);
  const name = options.name ?? basename(file, extname(file));
  if (readManifest().some((source) => source.name === name)) {
    throw new UserError(`${file} is not ${name}: its digest differs.`, 'Give it another --name.');
  }
  const description = {
    name,
    source: options.source ?? basename(file),
    licence: options.licence ?? 'unknown',
    featureLayers: (options.features ?? 'mixed10').split(','),
  };
  await importWeights(file, weightsFile(name), description, dtypeOf(options));
  return name;
}

function list() {
  console.log('Sources (weights/manifest.json):');
  for (const source of readManifest()) {
    const where = existsSync(cachedFile(source)) ? 'in the cache' : 'not fetched';
    console.log(`  ${source.name.padEnd(16)} ${source.licence}, ${where}: ${source.title}`);
    console.log(`  ${''.padEnd(16)} ${origin(source)}`);
  }
  console.log('Here (build/weights):');
  for (const name of importedNames()) {
    console.log(`  ${name}${name === defaultName() ? ' (the page starts with these)' : ''}`);
  }
  console.log(`\n${USAGE}`);
}

/** @typedef {{ name?: string, dtype?: string, source?: string, licence?: string, features?: string }} Options */

/** @param {Options} options @returns {import('../web/weights/safetensors.mjs').Dtype} */
function dtypeOf({ dtype = 'float32' }) {
  if (dtype === 'float32' || dtype === 'float16') return dtype;
  throw new UserError(`--dtype ${dtype} is unknown.`, 'Use float32 or float16.');
}

await runMain(async () => {
  const text = /** @type {const} */ ({ type: 'string' });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { name: text, dtype: text, source: text, licence: text, features: text },
  });
  const [command, argument, ...rest] = positionals;
  if (!command) return list();
  if (!argument || rest.length > 0) throw new UserError(USAGE);
  if (command === 'use') {
    choose(argument);
    console.log(`The page starts with ${argument} from the next \`npm start\` on.`);
    return;
  }
  const seconds = stopwatch();
  if (command !== 'fetch' && command !== 'import') throw new UserError(USAGE);
  const name = await (command === 'fetch' ? fetchCommand : importCommand)(argument, values);
  console.log(`${weightsFile(name)} is ready (${seconds()}).`);
  console.log(`Let the page start with it: npm run weights -- use ${name}`);
});

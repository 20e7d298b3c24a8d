// npm run weights: lists the sources of weights, fetches one, imports a file, chooses one.
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from './lib/fail.mjs';
import { runMain } from './lib/main.mjs';
import { stopwatch } from './lib/step.mjs';
import { calibrate } from './weights/calibrate.mjs';
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
npm run weights -- calibrate NAME FOLDER
                                     measure on photos what int8 needs; a folder has one folder of
                                     photos a class
npm run weights -- use NAME          let the page start with these

options of fetch and import:
  --name NAME        name of the result (the source's or the file's own name)
  --dtype DTYPE      float32 (as it is), float16 (half the size) or int8 (a quarter; needs a
                     calibration to be of use)
options of import, written into the result and shown by the page:
  --source TEXT      where the file comes from (its name)
  --licence TEXT     SPDX (unknown)
  --features LAYERS  layers whose pooled outputs make the features, by comma (mixed10)
  --transform WHAT   of every feature: sqrt, its square root (none)
  --scaling WHAT     what a head learns best with: standardize (none)

Which layers are best for weights of your own is measured by tools/features/choose_layers.py.`;

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
    featureLayers: layersOf(options),
    featureTransform: oneOf('transform', options.transform, ['none', 'sqrt']),
    featureScaling: oneOf('scaling', options.scaling, ['none', 'standardize']),
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

/** @typedef {Partial<Record<'name' | 'dtype' | 'source' | 'licence' | 'features' | 'transform' | 'scaling', string>>} Options */

/** @param {Options} options */
function dtypeOf({ dtype = 'float32' }) {
  return oneOf('dtype', dtype, ['float32', 'float16', 'int8']);
}

/** @param {Options} options */
function layersOf({ features = 'mixed10' }) {
  const layers = features.split(',');
  const unknown = layers.find((layer) => !/^mixed([0-9]|10)$/.test(layer));
  if (unknown === undefined && new Set(layers).size === layers.length) return layers;
  throw new UserError(
    unknown === undefined ? `--features names a layer twice.` : `--features ${unknown} is unknown.`,
    'Use some of mixed0 to mixed10, with commas between them.',
  );
}

/**
 * @template {string} Value
 * @param {string} option
 * @param {string | undefined} value
 * @param {readonly Value[]} allowed the first one is what not giving it means
 * @returns {Value}
 */
function oneOf(option, value, allowed) {
  const found = value === undefined ? allowed[0] : allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UserError(`--${option} ${value} is unknown.`, `Use ${allowed.join(' or ')}.`);
}

await runMain(async () => {
  const text = /** @type {const} */ ({ type: 'string' });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ name: text, dtype: text, source: text, licence: text },
      ...{ features: text, transform: text, scaling: text },
    },
  });
  const [command, argument, ...rest] = positionals;
  if (!command) return list();
  if (command === 'calibrate' && argument && rest.length === 1) {
    return calibrate(argument, String(rest[0]));
  }
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

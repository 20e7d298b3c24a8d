import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { tfjsTensors } from './tfjs.mjs';

/** @typedef {import('./tfjs.mjs').LayersModel & { modelTopology: any }} LayersModel */

const FOLDER = 'package/dist/models/inception_v3';

/**
 * Tensors of the InceptionV3 in the npm package nsfwjs.
 * @param {string} archive the package as npm has it, .tgz, with its integrity checked
 */
export function nsfwjsTensors(archive) {
  const { model, shards } = readNsfwjs(archive);
  return tfjsTensors(model, (path) => /** @type {Buffer} */ (shards.get(path)));
}

/**
 * The whole model: a TensorFlow.js layers model whose model.json and shards (in base64) are wrapped
 * as CommonJS modules.
 * @param {string} archive the package as npm has it, .tgz, with its integrity checked
 * @returns {{ model: LayersModel, shards: Map<string, Buffer> }} model.json; shards by their paths
 */
export function readNsfwjs(archive) {
  const folder = mkdtempSync(join(tmpdir(), 'tabtrain-nsfwjs-'));
  try {
    execFileSync('tar', ['-xzf', archive, '-C', folder, FOLDER]);
    const load = (/** @type {string} */ name) =>
      evaluateModule(join(folder, FOLDER, `${name}.min.js`));
    const model = load('model');
    const paths = model.weightsManifest.flatMap(
      (/** @type {{ paths: string[] }} */ group) => group.paths,
    );
    return {
      model,
      shards: new Map(
        paths.map((/** @type {string} */ path) => [path, Buffer.from(load(path), 'base64')]),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What a CommonJS module exports. It runs in a context that has nothing else in it.
 * @param {string} path
 */
function evaluateModule(path) {
  const module = { exports: /** @type {any} */ ({}) };
  runInNewContext(readFileSync(path, 'utf8'), { module, exports: module.exports });
  return module.exports;
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { tfjsTensors } from './tfjs.mjs';

const FOLDER = 'package/dist/models/inception_v3';

/**
 * Tensors of the InceptionV3 in the npm package nsfwjs: a TensorFlow.js layers model whose
 * model.json and shards (in base64) are wrapped as CommonJS modules.
 * @param {string} archive the package as npm has it, .tgz, with its integrity checked
 */
export function nsfwjsTensors(archive) {
  const folder = mkdtempSync(join(tmpdir(), 'tabtrain-nsfwjs-'));
  try {
    execFileSync('tar', ['-xzf', archive, '-C', folder, FOLDER]);
    const load = (/** @type {string} */ name) =>
      evaluateModule(join(folder, FOLDER, `${name}.min.js`));
    return tfjsTensors(load('model'), (path) => Buffer.from(load(path), 'base64'));
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

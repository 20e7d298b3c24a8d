// Finds the sources of XNNPACK that our programs link, and writes tools/cmake/XnnPackSources.cmake.
// Run it after a change of XNNPACK's version or of the operators that wasm/backbone uses:
//   node tools/xnnpack-sources.mjs        (some 10 minutes: it compiles all of XNNPACK three times)
// It builds everything, links the backbone's test, and takes the object files whose sections the
// linker kept.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const PROGRAM = 'backbone_test';
const SETS = { NATIVE: 'native', RELAXED: 'relaxed-threads', SIMD: 'simd-threads' };

/** @param {string} preset @returns {string[]} sources, relative to XNNPACK's folder */
function linkedSources(preset) {
  const build = `build/xnnpack-${preset}`;
  const map = `${process.cwd()}/${build}/link.map`;
  const options = ['-DTABTRAIN_XNNPACK_ALL=ON', `-DCMAKE_EXE_LINKER_FLAGS=-Wl,-Map=${map}`];
  execFileSync('cmake', ['--preset', preset, '-B', build, ...options], { stdio: 'inherit' });
  execFileSync('cmake', ['--build', build, '--target', PROGRAM], { stdio: 'inherit' });
  return sourcesIn(readFileSync(map, 'utf8'), compiledSources(build));
}

/** @param {string} build @returns {Map<string, string>} object file name -> source */
function compiledSources(build) {
  const commands = JSON.parse(readFileSync(`${build}/compile_commands.json`, 'utf8'));
  const sources = new Map();
  for (const { file } of commands) {
    const [, source] = file.match(/\/xnnpack\/(src\/.*)$/) ?? [];
    if (!source) continue;
    const object = `${source.split('/').at(-1)}.o`;
    if (sources.has(object)) throw new Error(`${source} and ${sources.get(object)} share a name`);
    sources.set(object, source);
  }
  return sources;
}

/**
 * The GNU linker lists what it dropped before "Linker script and memory map"; wasm-ld leaves it out.
 * @param {string} map what the linker wrote
 * @param {Map<string, string>} sources object file name -> source
 */
function sourcesIn(map, sources) {
  const kept = map.slice(Math.max(0, map.indexOf('Linker script and memory map')));
  const linked = new Set();
  for (const [, size, object] of kept.matchAll(/(\S+)\s+[^\s()]*libxnnpack\.a\(([^)]+)\)/g)) {
    if (size !== '0x0') linked.add(sources.get(String(object)));
  }
  return [...linked].sort();
}

let cmake = `# Written by tools/xnnpack-sources.mjs: the sources of XNNPACK that our programs link.\n`;
for (const [name, preset] of Object.entries(SETS)) {
  cmake += `\nset(XNNPACK_${name}_SOURCES\n  ${linkedSources(preset).join('\n  ')})\n`;
}
writeFileSync('tools/cmake/XnnPackSources.cmake', cmake);

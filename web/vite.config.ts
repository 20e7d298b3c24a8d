import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Writes the module's type declarations beside it. */
function declarations(): Plugin {
  return {
    name: 'tabtrain-declarations',
    apply: 'build',
    writeBundle({ dir }) {
      const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
      const args = [tsc, '-p', `${here}lib/tsconfig.json`, '--outDir', `${dir}/types`];
      if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) {
        throw new Error('The type declarations could not be written.');
      }
    },
    generateBundle() {
      const source = "export * from './types/lib/tabtrain.js';\n";
      this.emitFile({ type: 'asset', fileName: 'tabtrain.d.ts', source });
    },
  };
}

/** Has the page import the built module, as any other page does, so that it is one file. */
function pageUsesModule(): Plugin {
  return {
    name: 'tabtrain-page-uses-module',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      const fromPage = importer?.startsWith(`${here}app/`) && source.endsWith('/lib/tabtrain.js');
      return fromPage ? { id: '../tabtrain.js', external: true } : null;
    },
  };
}

export default defineConfig({
  root: here,
  base: './',
  plugins: [declarations(), pageUsesModule()],
  build: {
    outDir: '../dist',
    // The wasm variants, weights and samples lie there too, and are not Vite's to remove.
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: `${here}index.html`, tabtrain: `${here}lib/tabtrain.ts` },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: ({ name }) =>
          name === 'tabtrain' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: { entryFileNames: 'tabtrain-worker.js', chunkFileNames: 'tabtrain-[name].js' },
    },
  },
});

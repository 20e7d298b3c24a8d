import type { CoreFactory } from './core.js';
import { download } from './download.js';
import { Failure, messageOf } from './failure.js';

/** A compiled wasm and the Emscripten module that makes instances of it. */
export interface Engine<M> {
  factory: CoreFactory<M>;
  module: WebAssembly.Module;
}

/**
 * Fetches and compiles the engine whose Emscripten module lies at `url`, its wasm beside it.
 * Apart from instantiation, so that only a slow network can make this step slow.
 */
export async function compileEngine<M>(url: string, signal: AbortSignal): Promise<Engine<M>> {
  const wasmUrl = url.replace(/\.mjs$/, '.wasm');
  const response = await download('The WebAssembly file', wasmUrl, signal);
  const [module, factory] = await Promise.all([compile(response, wasmUrl), importFactory<M>(url)]);
  return { module, factory };
}

async function compile(response: Response, url: string): Promise<WebAssembly.Module> {
  try {
    const streams = response.headers.get('content-type')?.startsWith('application/wasm');
    return streams
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new Failure('compile-failed', `The browser refuses ${url}: ${messageOf(error)}`);
  }
}

async function importFactory<M>(url: string): Promise<CoreFactory<M>> {
  try {
    const imported: { default: CoreFactory<M> } = await import(/* @vite-ignore */ url);
    return imported.default;
  } catch (error) {
    throw new Failure('network', `The module ${url} could not be loaded: ${messageOf(error)}`);
  }
}

/** Makes the instance and starts the workers of its threads, of which the caller is one. */
export function instantiate<M>({ factory, module }: Engine<M>, threads = 1): Promise<M> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) =>
      reject(new Failure('start-failed', `WebAssembly did not start: ${messageOf(error)}`));
    factory({
      threads,
      // Emscripten has no way to hear of a failure here, so it goes straight to our caller.
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(module, imports).then((instance) => done(instance, module), refuse);
        return {};
      },
    }).then(resolve, refuse);
  });
}

// Turns a Keras file into one of ours. With the HDF5 library in it, this is a script of its own,
// which is loaded when there is something to import.
import h5wasm from 'h5wasm';
import { type Description, makeContainer } from '../weights/container.mjs';
import { openKerasH5 } from '../weights/keras-h5.mjs';
import { unzipKeras } from '../weights/keras-zip.mjs';

export interface Import {
  /** Length of our file. */
  bytes: number;
  /** Our file; each tensor is read, and its values checked, when its piece is asked for. */
  pieces: Iterable<Uint8Array<ArrayBuffer>>;
  close(): void;
}

const folder = '/import';

/**
 * Opens Keras' .h5, .weights.h5 or .keras.
 * @param sourceSha256 of the file, in hex
 */
export async function openImport(
  file: Blob,
  isZip: boolean,
  description: Description,
  sourceSha256: string,
): Promise<Import> {
  const hdf5 = isZip ? new Blob([unzipKeras(new Uint8Array(await file.arrayBuffer()))]) : file;
  const unmount = await mount(hdf5);
  try {
    const { tensors, close: closeFile } = await openKerasH5(h5wasm, `${folder}/weights`);
    const close = () => {
      closeFile();
      unmount();
    };
    try {
      return { ...makeContainer(tensors, description, { sourceSha256 }), close };
    } catch (error) {
      closeFile();
      throw error;
    }
  } catch (error) {
    unmount();
    throw error;
  }
}

/** Shows the file to the library, which then reads of it what it needs. */
async function mount(data: Blob): Promise<() => void> {
  const { FS: files } = await h5wasm.ready;
  files.mkdir(folder);
  files.mount(files.filesystems.WORKERFS, { blobs: [{ name: 'weights', data }] }, folder);
  return () => {
    files.unmount(folder);
    files.rmdir(folder);
  };
}

// The one worker that owns the WebAssembly.
import { expose } from 'comlink';
import { Dispatcher } from './dispatcher.js';
import { FeatureFile } from './feature-file.js';
import { createHandlers } from './handlers.js';

const file = new FeatureFile();
expose(new Dispatcher(createHandlers(file), () => file.remove()));

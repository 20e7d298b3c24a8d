// The one worker that owns the WebAssembly.
import { expose } from 'comlink';
import { Dispatcher } from './dispatcher.js';
import { createHandlers } from './handlers.js';

expose(new Dispatcher(createHandlers()));

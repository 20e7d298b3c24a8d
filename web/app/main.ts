import { createTrainer } from '../lib/tabtrain.js';

console.log(await createTrainer());

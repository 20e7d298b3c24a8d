import { Announcer } from './announcer.js';
import { Classes } from './classes.js';
import { CrossCheck } from './cross-check.js';
import { Engine } from './engine.js';
import { Samples } from './samples.js';
import { Training } from './training.js';
import { Trials } from './trials.js';
import { Weights } from './weights.js';

/** All state of the page. */
export class Studio {
  readonly announcer = new Announcer();
  readonly engine = new Engine();
  readonly classes = new Classes(this.engine, this.announcer);
  readonly training = new Training(this.engine, this.classes, this.announcer);
  readonly weights = new Weights(this.engine, this.classes, this.training, this.announcer);
  readonly crossCheck = new CrossCheck(this.engine, this.training, this.announcer);
  readonly trials = new Trials(this.engine, this.training, this.announcer);
  readonly samples = new Samples(this.classes, this.announcer);

  start(): void {
    this.engine.start();
    void this.samples.find();
  }

  /** Starts a new trainer after a failure; photos and settings stay, the model has to be trained. */
  restart(): void {
    this.training.reset();
    this.engine.start();
    this.classes.restart();
  }
}

import { Store } from './store.js';

/** What a screen reader is told of changes elsewhere on the page. */
export class Announcer extends Store {
  text = '';

  say(text: string): void {
    this.text = text;
    this.changed();
  }
}

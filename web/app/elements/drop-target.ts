import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type FoundFile, filesOfDrop } from '../model/files.js';

type Host = ReactiveControllerHost & HTMLElement;

/** Takes files dropped anywhere on an element, which has the attribute `dropping` meanwhile. */
export class DropTarget implements ReactiveController {
  readonly #host: Host;
  readonly #take: (files: FoundFile[]) => void;

  constructor(host: Host, take: (files: FoundFile[]) => void) {
    this.#host = host;
    this.#take = take;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('dragover', this.#over);
    this.#host.addEventListener('dragleave', this.#leave);
    this.#host.addEventListener('drop', this.#drop);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('dragover', this.#over);
    this.#host.removeEventListener('dragleave', this.#leave);
    this.#host.removeEventListener('drop', this.#drop);
  }

  readonly #over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    this.#host.toggleAttribute('dropping', true);
  };

  readonly #leave = ({ relatedTarget }: DragEvent) => {
    if (relatedTarget instanceof Node && this.#host.contains(relatedTarget)) return;
    this.#host.toggleAttribute('dropping', false);
  };

  readonly #drop = async (event: DragEvent) => {
    if (!event.dataTransfer) return;
    event.preventDefault();
    event.stopPropagation();
    this.#host.toggleAttribute('dropping', false);
    this.#take(await filesOfDrop(event.dataTransfer));
  };
}

/** State that elements watch: it says when it changed, they look at what it is. */
export class Store extends EventTarget {
  protected changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

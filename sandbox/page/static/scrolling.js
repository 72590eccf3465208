/** Keeps the newest in view as long as the person has not scrolled away to read something older. */

const NEAR = 80;

export class Scrolling {
  constructor(list) {
    this.list = list;
    this.leftAt = 0;
    // A view that becomes visible or changes its size shows its end, if it did before.
    new ResizeObserver(() => this.followed && this.toEnd()).observe(list);
    list.addEventListener("scroll", () => (this.followed = this.#follows()), { passive: true });
    this.followed = true;
  }

  #follows() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    return scrollHeight - clientHeight - scrollTop < NEAR || Math.abs(scrollTop - this.leftAt) < 2;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.leftAt = this.list.scrollTop;
    this.followed = true;
  }

  /** After a change: bring the last of the new nodes into view, unless the person reads elsewhere. */
  reveal(nodes) {
    const newest = nodes.at(-1);
    if (!this.followed || !newest) return;
    if (newest === this.list.lastElementChild) this.toEnd();
    else newest.scrollIntoView({ block: "nearest" });
    this.leftAt = this.list.scrollTop;
  }
}

/** Keeps the newest in view as long as the person has not scrolled away to read something older. */

const NEAR = 80;

export class Scrolling {
  constructor(list) {
    this.list = list;
    this.followed = true;
    this.leftAt = 0;
    list.addEventListener("scroll", () => (this.followed = this.#isAtEnd() || this.#isUntouched()), {
      passive: true,
    });
    // A list that becomes visible or changes its size shows its end, if it did before.
    new ResizeObserver(() => this.followed && this.toEnd()).observe(list);
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    return scrollHeight - clientHeight - scrollTop < NEAR;
  }

  #isUntouched() {
    return Math.abs(this.list.scrollTop - this.leftAt) < 2;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.leftAt = this.list.scrollTop;
    this.followed = true;
  }

  /** Run a change of the list, which answers {added}; the last added node is in view afterwards. */
  during(change) {
    const wasAtEnd = this.#isAtEnd();
    const { added, changed } = change();
    if (!this.followed) return { added, changed };
    if (wasAtEnd) this.toEnd();
    added.at(-1)?.scrollIntoView({ block: "nearest" });
    this.leftAt = this.list.scrollTop;
    return { added, changed };
  }
}

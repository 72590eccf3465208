/** Keeps the newest in view unless the person has scrolled away from it. */

import { showList } from "./list.js";
import { orNotice } from "./notice.js";

const NEAR = 80;

export class Scrolling {
  followed = true;
  leftAt = 0;

  constructor(list) {
    this.list = list;
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

  /** Show these as `showList` does, the last added in view. Answers whether anything has changed. */
  show(items, draw) {
    const wasAtEnd = this.#isAtEnd();
    const { added, changed } = showList(this.list, items, draw);
    if (this.followed) {
      if (wasAtEnd) this.toEnd();
      added.at(-1)?.scrollIntoView({ block: "nearest" });
      this.leftAt = this.list.scrollTop;
    }
    return added.length + changed.length > 0;
  }

  /** Begin anew, elsewhere: `refresh()` shows what is there. */
  async restart(refresh) {
    showList(this.list, []);
    await orNotice(refresh);
    this.toEnd();
  }
}

/** The service, where the sandbox runs it: whether it does, killing it, starting it again. */

import { act, read } from "./control.js";
import { byId } from "./dom.js";
import { busy, orNotice } from "./notice.js";

export class Service {
  state = "none";

  constructor() {
    byId("bar-start").onclick = () => this.turn("start");
  }

  get isThere() {
    return this.state !== "none";
  }

  get isDown() {
    return this.state === "stopped";
  }

  async refresh() {
    this.#show(await read("/service"));
  }

  /** "kill" or "start" it. */
  async turn(what) {
    const answer = await busy(byId("bar-start"), () => orNotice(() => act(`/service/${what}`, {})));
    if (answer) this.#show(answer);
  }

  /** Have it ask the backend now how a link stands. */
  async look({ reference }) {
    if (this.isThere && reference) await act("/service/look", { reference });
  }

  #show({ service }) {
    this.state = service;
    byId("bar-down").hidden = !this.isDown;
  }
}

"use strict";

/** Every element of every page of a list: a page is asked for when the one before is used up. `limit` is the size of a page. */
async function* pages(purser, verb, list, input, { signal, limit } = {}) {
  for (let after; ; ) {
    const page = await purser[verb]({ ...input, limit, after }, { signal });
    yield* page[list];
    if (!page.next) return;
    after = page.next;
  }
}

module.exports = { pages };

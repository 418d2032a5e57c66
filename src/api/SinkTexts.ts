import type { SinkAnswer } from './SequinApi.ts';

/**
 * Remembers what the text of each sink in a list meant, so that only those are read that say something new:
 * where most stand still, that is most of the work.
 */
export class SinkTexts {
  #known = new Map<string, SinkAnswer>();

  /**
   * The sinks of a list, in its order; a sink whose text is as before is the same object as before. Undefined
   * where the list cannot be cut, and is to be read as a whole.
   * @throws what `read` throws: a SyntaxError where a cut was wrong
   */
  read(list: string, read: (text: string) => SinkAnswer | undefined): (SinkAnswer | undefined)[] | undefined {
    const texts = cut(list);
    if (texts === undefined) {
      return undefined;
    }
    const known = new Map<string, SinkAnswer>();
    const answers = texts.map((text) => {
      const answer = this.#known.get(text) ?? read(text);
      if (answer !== undefined) {
        known.set(text, answer);
      }
      return answer;
    });
    this.#known = known;
    return answers;
  }
}

/**
 * The texts of a list's items. It is cut wherever an object begins as the first one does, with the same two
 * names. Should that be inside of an item, its parts are no JSON; where all parts are, the cuts are right.
 */
function cut(list: string): string[] | undefined {
  const [, before, first, second] = /^(\{"data":\[)(\{"\w+":)"[^"\\]*",("\w+":)/.exec(list) ?? [];
  if (before === undefined || first === undefined || second === undefined || !list.endsWith(']}')) {
    return undefined;
  }
  const border = `},${first}`;
  const texts: string[] = [];
  let from = before.length;
  for (let at = list.indexOf(border); at >= 0; at = list.indexOf(border, at + 1)) {
    const value = at + border.length;
    // A string, as the first item has one there: what follows it tells a sink from a backfill.
    const end = list.indexOf('"', value + 1) + 2;
    if (list.startsWith(second, end)) {
      texts.push(list.slice(from, at + 1));
      from = at + 2;
    }
  }
  texts.push(list.slice(from, -2));
  return texts;
}

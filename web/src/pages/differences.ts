// How one text or table differs from another of the same name: what a reviewer looks at first in a new revision.

/** For each line of `after`: whether it stands in `before` too, in order; and the lines of `before` that are gone, by the place where they stood. */
export interface Lines { fresh: boolean[]; gone: Map<number, string[]> }

const compared_max = 2000; // lines of each side between what both begin and end with; beyond it, line by line at the same place

function commonLengths(before: string[], after: string[]) {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) table[i]![j] = before[i] === after[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  }
  return table;
}

/** How many lines both begin with, and how many of the others both end with. */
function ends(before: string[], after: string[]) {
  const least = Math.min(before.length, after.length);
  let first = 0, last = 0;
  while (first < least && before[first] === after[first]) first += 1;
  while (last < least - first && before[before.length - 1 - last] === after[after.length - 1 - last]) last += 1;
  return { first, last };
}

export function differences(before: string[], after: string[]): Lines {
  const { first, last } = ends(before, after);
  const old = before.slice(first, before.length - last), now = after.slice(first, after.length - last);
  const fresh = after.map((_, at) => at >= first && at < after.length - last);
  const gone = new Map<number, string[]>();
  const put = (at: number, line: string) => { if (!gone.get(at)?.push(line)) gone.set(at, [line]); };
  if (old.length > compared_max || now.length > compared_max) {
    now.forEach((line, at) => { fresh[first + at] = old[at] !== line; });
    old.forEach((line, at) => { if (now[at] !== line) put(first + Math.min(at, now.length), line); });
    return { fresh, gone };
  }
  const common = commonLengths(old, now);
  let i = 0, j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) { fresh[first + j] = false; i += 1; j += 1; }
    else if (j >= now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) { put(first + j, old[i]!); i += 1; }
    else j += 1;
  }
  return { fresh, gone };
}

/**
 * Which rows of a long table are drawn before somebody asks for all: the first ones, those that are marked, and as many of those that are new or
 * stand where some are gone.
 */
export function firstDrawn(count: number, first: number, marked: Set<number>, changed: Lines | null): number[] {
  let more = first;
  const isChanged = (at: number) => changed !== null && (changed.fresh[at]! || changed.gone.has(at));
  return Array.from({ length: count }, (_, at) => at).filter((at) => at < first || marked.has(at) || (isChanged(at) && more-- > 0));
}

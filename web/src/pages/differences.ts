// How one text or table differs from another of the same name: what a reviewer looks at first in a new revision.

/** For each line of `after`: whether it stands in `before` too, in order; and the lines of `before` that are gone, by the place where they stood. */
export interface Lines { fresh: boolean[]; gone: Map<number, string[]> }

const compared_max = 2000; // lines of each side; beyond it, line by line at the same place

function commonLengths(before: string[], after: string[]) {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) table[i]![j] = before[i] === after[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  }
  return table;
}

export function differences(before: string[], after: string[]): Lines {
  const fresh = after.map(() => true);
  const gone = new Map<number, string[]>();
  const put = (at: number, line: string) => gone.set(at, [...(gone.get(at) ?? []), line]);
  if (before.length > compared_max || after.length > compared_max) {
    after.forEach((line, at) => { fresh[at] = before[at] !== line; });
    before.slice(after.length).forEach((line) => put(after.length, line));
    return { fresh, gone };
  }
  const common = commonLengths(before, after);
  let i = 0, j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) { fresh[j] = false; i += 1; j += 1; }
    else if (j >= after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!)) { put(j, before[i]!); i += 1; }
    else j += 1;
  }
  return { fresh, gone };
}

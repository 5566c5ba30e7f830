/** User names and skills as they compare, the way auth folds user names: without regard to case, to the width of letters, or to how they are composed (NFKC). */
export const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

/** Without those that compare like one before. */
export const distinct = (texts: readonly string[]): string[] =>
  [...new Map(texts.toReversed().map((text) => [folded(text), text])).values()].toReversed()

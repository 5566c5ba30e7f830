/** The one of these words that was most likely meant, when one is near: few letters away, or part of the other. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const candidates = words
    .map((word) => ({ word, far: distance(typed.toLowerCase(), word) }))
    .filter(({ word, far }) => far <= Math.max(1, Math.floor(word.length / 3)) || isPart(typed.toLowerCase(), word))
  return candidates.sort((a, b) => a.far - b.far)[0]?.word
}

const isPart = (typed: string, word: string) => (typed.length > 2 && word.includes(typed)) || typed.includes(word)

/** How many letters must be added, dropped or changed to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] ?? 0) + (letter === b[j] ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

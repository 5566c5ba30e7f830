import { fork } from 'node:child_process'
import { once } from 'node:events'
import { tsx } from '../../../../scripts/bench/races/race.ts'
import { script } from './script.ts'

/** How many guesses at each name were allowed when two processes count `each` of them at once. */
export async function guessAtOnce(url: string, { names, each }: { names: string[]; each: number }): Promise<number[]> {
  const guessers = [url, url].map((one) => fork(script('guesser'), [one], { execArgv: tsx }))
  await Promise.all(guessers.map((guesser) => once(guesser, 'message')))
  const answers = guessers.map((guesser) => once(guesser, 'message') as Promise<[number[]]>)
  for (const guesser of guessers) guesser.send({ names, each })
  const counts = (await Promise.all(answers)).map(([count]) => count)
  for (const guesser of guessers) guesser.disconnect()
  return names.map((_, i) => counts.reduce((sum, count) => sum + (count[i] ?? 0), 0))
}

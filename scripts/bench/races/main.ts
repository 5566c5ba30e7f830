/** `npm run races -- DATABASE_URL [COUNT]`: two processes race for codes and refresh tokens on one database. */
import { type RaceReport, race } from './race.ts'

const [url = 'sqlite:./.data/races.db', count = '10000'] = process.argv.slice(2)
const start = performance.now()
const seconds = () => ((performance.now() - start) / 1000).toFixed(1)

/** A line now and then, so that what a long run found is known before its end. */
function tell(done: number, report: RaceReport): void {
  if (done % 10_000 === 0) console.log(`${done} races of each kind in ${seconds()} s: ${JSON.stringify(report)}`)
}

console.table(await race(url, Number(count), { tell }))
console.log(`${count} races of each kind in ${seconds()} s`)

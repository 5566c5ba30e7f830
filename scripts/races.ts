/** `npm run races -- DATABASE_URL [COUNT]`: two processes race for codes and refresh tokens on one database. */
import { race } from '../services/auth/test/processes/races.ts'

const [url = 'sqlite:./.data/races.db', count = '10000'] = process.argv.slice(2)
const start = performance.now()
console.table(await race(url, Number(count)))
console.log(`${count} races of each kind in ${((performance.now() - start) / 1000).toFixed(1)} s`)

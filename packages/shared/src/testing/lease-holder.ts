/** A process that takes a lease of the database it is given, says so, and holds it until it is killed: for the tests of leases. */

import { systemClock } from '../clock.ts'
import { createLeases, leases } from '../leases.ts'
import { openDatabase } from '../storage/index.ts'

const [url = '', name = ''] = process.argv.slice(2)
const database = await openDatabase(url, { collections: [leases] })
await createLeases({ database, clock: systemClock }).hold(name, async () => {
  process.stdout.write('held\n')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
})

/** Loaded before a service that the tests start: it ends with the process of the tests, however that ends, and its clock can be moved, or stand still. */
import { systemClock } from '@menshen/shared/clock'

const { CLOCK_AT } = process.env
let clock = CLOCK_AT === undefined ? { ahead: 0 } : { at: Number(CLOCK_AT) }
systemClock.now = () => clock.at ?? Date.now() + clock.ahead

process.on('message', (given) => {
  clock = given
  process.send(given)
})
process.on('disconnect', () => process.exit(1))

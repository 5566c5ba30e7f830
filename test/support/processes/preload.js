/** Loaded before a service that the tests start: it ends with the process of the tests, however that ends, and its clock can be moved. */

const systemNow = Date.now
let ahead = Number(process.env.CLOCK_AHEAD ?? 0)
Date.now = () => systemNow() + ahead

process.on('message', (moved) => {
  ahead = moved
  process.send(moved)
})
process.on('disconnect', () => process.exit(1))

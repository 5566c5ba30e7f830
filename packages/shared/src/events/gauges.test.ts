import { expect, test } from '@jest/globals'
import { workGauges } from './gauges.ts'
import type { EventBus } from './port.ts'

test('the broker is asked once for all who read the metrics at the same time, and anew later', async () => {
  let asked = 0
  const backlog = async () => {
    asked += 1
    return { waiting: 1, retrying: 2, parked: 3 }
  }
  const gauges = workGauges({ live: () => true, backlog } as unknown as EventBus, 'user-api')
  const read = () => Promise.all([...gauges, ...gauges].map((gauge) => gauge.read()))
  expect(await read()).toEqual([1, 1, 2, 3, 1, 1, 2, 3])
  expect(asked).toBe(1)
  await read()
  expect(asked).toBe(2)
})

import { afterEach, expect } from '@jest/globals'
import { EventBusAway, openEventBus } from '@menshen/shared/events'
import { eventOfTest, tell, until } from '@menshen/shared/events/contract'
import { openParkedQueues } from '@menshen/shared/events/rabbitmq-parked'
import { testLog } from '@menshen/shared/testing/test-log'
import { endAll } from './support/program.ts'
import { onServers, rabbitmq, startServer } from './support/server.ts'

afterEach(endAll)

onServers(
  [rabbitmq],
  'a RabbitMQ without room is away: what would be told it waits in the outbox, not in the memory here, until it has room again',
  async () => {
    const broker = await startServer(rabbitmq)
    const bus = await openEventBus(broker.url, { log: testLog })
    await tell(bus, eventOfTest())
    await broker.ctl('set_vm_memory_high_watermark', '0.0000001')
    void bus.publish(eventOfTest()).catch(() => {}) // the broker tells only those who send
    await until(() => !bus.live())
    const asked = performance.now()
    await expect(bus.publish(eventOfTest())).rejects.toThrow(EventBusAway)
    expect(performance.now() - asked).toBeLessThan(1000)

    const stopping = await openEventBus(broker.url, { log: testLog })
    await stopping.work({ service: 'user-api', handlers: { 'user.deleted': () => {} }, ready: async () => {} })
    void stopping.publish(eventOfTest()).catch(() => {})
    await until(() => !stopping.live())
    const closing = performance.now()
    await stopping.close() // a broker without room answers nothing any more
    expect(performance.now() - closing).toBeLessThan(4000)
    const parked = await openParkedQueues(broker.url)
    await expect(parked.requireRoom()).rejects.toThrow('the broker takes nothing: low on memory')
    await parked.close()
    await broker.ctl('set_vm_memory_high_watermark', '0.6')
    await until(() => bus.live())
    await tell(bus, eventOfTest())
    await bus.close()
  },
  120_000,
)

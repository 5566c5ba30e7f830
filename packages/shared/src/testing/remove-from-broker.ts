import { connect } from 'amqplib'
import { addressOf } from '../events/rabbitmq-address.ts'
import { hourOfRetries, namesOf, type Retries, workOfCatalog } from '../events/rabbitmq-topology.ts'

/** Takes away what a bus of this URL left on the broker. */
export async function removeFromBroker(
  url: string,
  { services = [], retries = hourOfRetries }: { services?: readonly string[]; retries?: Retries } = {},
): Promise<void> {
  const names = namesOf(addressOf(url).prefix)
  const connection = await connect(url)
  const channel = await connection.createChannel()
  for (const service of [...workOfCatalog().keys(), ...services])
    for (const queue of [names.queue(service), names.parked(service)]) await channel.deleteQueue(queue)
  for (const delay of [...retries.delays]) {
    await channel.deleteQueue(names.retry(delay))
    await channel.deleteExchange(names.retry(delay))
  }
  await channel.deleteExchange(names.exchange)
  await connection.close()
}

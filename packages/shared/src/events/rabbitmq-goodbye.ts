import type { Duplex } from 'node:stream'
import type { ChannelModel } from 'amqplib'

/** How long the broker has to answer at the end, in milliseconds: one without room reads nothing of a connection that has published. */
const GOODBYE_MS = 1000

/** Waits for what the broker is asked at the end, and no longer than it may take; what fails then is of no interest. */
export async function orLate(answer: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS)
  })
  await Promise.race([answer.catch(() => {}), late])
  clearTimeout(timer)
}

/** Ends a connection, in good order when the broker answers. amqplib leaves the socket to the broker otherwise, and it would keep the process. */
export async function endConnection(model: ChannelModel, closing: Promise<unknown> = model.close()): Promise<void> {
  await orLate(closing)
  const { stream } = model.connection as unknown as { stream: Duplex }
  stream.destroy()
}

import type mongoose from 'mongoose'

/** The connections of this process to its database server, now. */
export interface Pool {
  open: number
  inUse: number
  /** Calls that wait for a connection. */
  waiting: number
}

type Client = Pick<mongoose.mongo.MongoClient, 'on'>

/** Counts what the driver tells of its pool (CMAP). A connection that was opened before is counted from its first use on. */
export function watchPool(client: Client): () => Pool {
  const open = new Set<string>()
  const inUse = new Set<string>()
  let waiting = 0
  const nameOf = ({ address, connectionId }: mongoose.mongo.ConnectionCreatedEvent | mongoose.mongo.ConnectionCheckedOutEvent) =>
    `${address} ${connectionId}`
  client.on('connectionCreated', (event) => open.add(nameOf(event)))
  client.on('connectionClosed', (event) => {
    open.delete(nameOf(event))
    inUse.delete(nameOf(event))
  })
  client.on('connectionCheckOutStarted', () => {
    waiting += 1
  })
  client.on('connectionCheckOutFailed', () => {
    waiting -= 1
  })
  client.on('connectionCheckedOut', (event) => {
    waiting -= 1
    open.add(nameOf(event))
    inUse.add(nameOf(event))
  })
  client.on('connectionCheckedIn', (event) => inUse.delete(nameOf(event)))
  return () => ({ open: open.size, inUse: inUse.size, waiting })
}

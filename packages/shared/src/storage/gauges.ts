import type { Gauge } from '../http/metrics.ts'
import type { Database } from './port.ts'

/** What is told of the connections to a database server; nothing of a database that is a file. */
export function poolGauges({ pool }: Pick<Database, 'pool'>): readonly Gauge[] {
  if (!pool) return []
  return [
    {
      name: 'menshen_database_connections',
      help: 'Connections of this process to MongoDB; maxPoolSize in DATABASE_URL is the most.',
      read: () => pool().open,
    },
    {
      name: 'menshen_database_connections_in_use',
      help: 'Connections on which a call is under way.',
      read: () => pool().inUse,
    },
    {
      name: 'menshen_database_calls_waiting',
      help: 'Calls that wait for a connection, as all are in use.',
      read: () => pool().waiting,
    },
  ]
}

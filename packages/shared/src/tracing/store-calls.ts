import { type Metrics, storeTimes } from '../http/metrics.ts'
import type { Took } from '../storage/index.ts'
import type { Tracing } from './tracing.ts'

/** Tells metrics and traces of each call of a store. */
export const toldOfStore =
  (metrics: Pick<Metrics, 'observe'>, tracing: Tracing | undefined): Took =>
  ({ collection, operation }, seconds) => {
    metrics.observe(storeTimes.name, { collection, operation }, seconds)
    if (!tracing) return
    const attributes = { 'db.collection.name': collection, 'db.operation.name': operation }
    tracing.took({ name: `${operation} ${collection}`, kind: 'client', attributes }, seconds)
  }

import { expect } from '@jest/globals'
import Libsql from 'libsql'
import mongoose from 'mongoose'
import { listQuery } from '../storage/mongo.ts'
import type { AnyDefinition, Collection, Database, Page } from '../storage/port.ts'
import { selectQuery } from '../storage/sqlite-queries.ts'

/** A list as a store asked for it. */
interface AskedList {
  definition: AnyDefinition
  filter: object
  page: Page<object>
}

/** A database that notes the lists that are asked of it. */
export interface WatchedDatabase extends Database {
  readonly lists: AskedList[]
}

/** Notes each list with its filter and page, so that its plan can be asked for. */
export function watchLists(database: Database): WatchedDatabase {
  const lists: AskedList[] = []
  return {
    ...database,
    lists,
    collection(definition) {
      const collection = database.collection(definition)
      const list: typeof collection.list = (filter, page = {}) => {
        lists.push({ definition, filter, page: page as Page<object> })
        return collection.list(filter, page)
      }
      return { ...collection, list } as Collection<never> as never
    },
  }
}

/** Fails unless the database of this URL (a SQLite file or a MongoDB) answers the list from an index, in its order, without sorting. */
export async function expectFromIndex(databaseUrl: string, list: AskedList): Promise<void> {
  const plan = databaseUrl.startsWith('sqlite:') ? sqlitePlan(databaseUrl, list) : await mongoPlan(databaseUrl, list)
  const about = `${list.definition.name} ${JSON.stringify(list.filter)}: ${plan.join('; ')}`
  const everything = Object.keys(list.filter).length === 0 // may be walked along its order
  const slow = plan.some((step) =>
    (everything ? /^SCAN(?!.* USING)|B-TREE|^COLLSCAN|^SORT$/ : /^SCAN|B-TREE|^COLLSCAN|^SORT$/).test(step),
  )
  const indexed = plan.some((step) => /USING (COVERING )?INDEX|^IXSCAN/.test(step))
  expect({ about, slow, indexed }).toEqual({ about, slow: false, indexed: true })
}

function sqlitePlan(url: string, { definition, filter, page }: AskedList): string[] {
  const connection = new Libsql(url.slice('sqlite:'.length))
  try {
    const { sql, values } = selectQuery(definition, filter as Record<string, unknown>, page, Date.now())
    const steps = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]
    return steps.map(({ detail }) => detail)
  } finally {
    connection.close()
  }
}

async function mongoPlan(url: string, { definition, filter, page }: AskedList): Promise<string[]> {
  const connection = await mongoose.createConnection(url).asPromise()
  try {
    const { wanted, options } = listQuery(definition, filter as Record<string, unknown>, page, Date.now())
    const explained = await connection.collection(definition.name).find(wanted, options).explain('queryPlanner')
    return stagesOf(explained['queryPlanner'].winningPlan)
  } finally {
    await connection.close()
  }
}

interface Stage {
  stage?: string
  queryPlan?: Stage
  inputStage?: Stage
  inputStages?: Stage[]
}

const stagesOf = ({ stage, queryPlan, inputStage, inputStages = [] }: Stage): string[] => [
  ...(stage ? [stage] : []),
  ...[queryPlan, inputStage, ...inputStages].flatMap((each) => (each ? stagesOf(each) : [])),
]

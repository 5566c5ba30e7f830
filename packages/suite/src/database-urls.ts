import { ExpectedError } from '@menshen/shared/run-main'

/** The services that keep records, each in a database of its own. */
export type ServiceName = 'auth' | 'user-api' | 'project-api' | 'open-api'

/**
 * Where a service keeps its records, by the suite's DATABASE_URL: a file in its folder (`sqlite:./.data` -> `sqlite:./.data/auth.db`) or a
 * database beside the others (`mongodb://…/menshen` -> `…/menshen_user_api`). @throws ExpectedError for a URL of no known database.
 */
export function databaseUrlOf(base: string, service: ServiceName): string {
  if (base === 'sqlite::memory:') return base
  if (base.startsWith('sqlite:')) return `sqlite:${fileIn(base.slice('sqlite:'.length), service)}`
  const [, server, name = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^/?]*))?(\?.*)?$/.exec(base) ?? []
  if (server === undefined) throw new ExpectedError('DATABASE_URL must be sqlite:FOLDER, mongodb://… or mongodb+srv://…')
  return `${server}/${name || 'menshen'}_${service.replaceAll('-', '_')}${query}`
}

function fileIn(folder: string, service: ServiceName): string {
  if (folder === '' || folder.endsWith('.db'))
    throw new ExpectedError(`DATABASE_URL must be sqlite:FOLDER: each service makes its own file there, such as ${service}.db`)
  return `${folder.replace(/\/+$/, '')}/${service}.db`
}

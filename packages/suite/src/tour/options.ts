/** Where the suite runs. */
export interface Addresses {
  issuer: string
  userApi: string
  projectApi: string
  openApi: string
}

/** The people and apps of the demo, as far as the tour needs them; the shape of `menshen apply`. */
export interface Demo {
  users: ReadonlyArray<{ username: string; password: string }>
  clients: readonly DemoClient[]
}

export interface DemoClient {
  client_id: string
  client_secret?: string | undefined
  scope?: string | undefined
  redirect_uris?: readonly string[] | undefined
}

export interface TourOptions {
  addresses: Addresses
  demo: Demo
  print: (line: string) => void
  /** Whether the lines may carry terminal colours. */
  colour?: boolean
}

/** @throws Error when the demo does not have them. */
export function userNamed(username: string, { users }: Demo): { username: string; password: string } {
  const user = users.find((known) => known.username === username)
  if (!user) throw new Error(`the demo has no user ${username}`)
  return user
}

/** A client with nothing left out. @throws Error when the demo does not have it. */
export function clientNamed(
  client_id: string,
  { clients }: Demo,
): Required<{ [name in keyof DemoClient]: NonNullable<DemoClient[name]> }> {
  const client = clients.find((known) => known.client_id === client_id)
  if (!client) throw new Error(`the demo has no client ${client_id}`)
  const { client_secret = '', scope = '', redirect_uris = [] } = client
  return { client_id, client_secret, scope, redirect_uris }
}

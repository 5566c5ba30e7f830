/** What a module is told by its variables. */
export interface ModuleOptions {
  port: number
  issuer: string
  clientId: string
  clientSecret: string
  baseUrl: string
  /** Whether the login is on this machine, without TLS. */
  allowInsecure: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong with the variables, one sentence each. */
export class OptionsError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'OptionsError'
    this.faults = faults
  }
}

interface Defaults<Api extends string> {
  port: number
  clientId: string
  /** The APIs that it calls: by option, the variable and the address on one's own machine. */
  apis: Readonly<Record<Api, readonly [variable: string, address: string]>>
}

/** Reads `PORT`, `ISSUER`, `CLIENT_ID`, `CLIENT_SECRET`, `BASE_URL` and the addresses of APIs. @throws OptionsError with every fault at once. */
export function readModuleOptions<Api extends string>(
  env: Environment,
  defaults: Defaults<Api>,
): ModuleOptions & Record<Api, string> {
  const faults: string[] = []
  const address = (name: string, byDefault: string) => readAddress(name, env[name] ?? byDefault, faults)
  const port = readPort(env['PORT'], defaults.port, faults)
  const issuer = address('ISSUER', 'http://localhost:8060')
  const apis = Object.entries<readonly [string, string]>(defaults.apis).map(([option, api]) => [option, address(...api)])
  const options = {
    port,
    issuer,
    clientId: env['CLIENT_ID'] || defaults.clientId,
    clientSecret: env['CLIENT_SECRET'] ?? '',
    baseUrl: address('BASE_URL', `http://localhost:${port}`),
    allowInsecure: issuer.startsWith('http:'),
    ...(Object.fromEntries(apis) as Record<Api, string>),
  }
  if (options.clientSecret === '') faults.push('CLIENT_SECRET is missing: it is the secret that the login gave at registration')
  if (faults.length > 0) throw new OptionsError(faults)
  return options
}

function readPort(text: string | undefined, byDefault: number, faults: string[]): number {
  const port = text === undefined ? byDefault : Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  faults.push(`PORT must be a number from 1 to 65535, it is "${text}"`)
  return byDefault
}

/** An address without a slash at its end; plain http leaves secrets open to the network, so only this machine may be reached by it. */
function readAddress(name: string, text: string, faults: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    faults.push(
      `${name} must be an http or https address such as https://${name === 'ISSUER' ? 'login' : 'app'}.example, it is "${text}"`,
    )
  else if (url.protocol === 'http:' && !isLoopback(url))
    faults.push(`${name} must be https, http is for localhost only: "${text}"`)
  return text.replace(/\/+$/, '')
}

/** Whether an address is on this machine. */
export const isLoopback = ({ hostname }: Pick<URL, 'hostname'>): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

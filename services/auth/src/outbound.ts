import { lookup } from 'node:dns'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export interface OutboundRequest {
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
}

/** Asks an address that somebody else chose; the answer's body is for the caller to read or to destroy. */
export type Outbound = (address: string, request: OutboundRequest) => Promise<IncomingMessage>

/**
 * Asks within 5 seconds and follows no redirect. Without `allowPrivate` it goes by https to public addresses only, looked at when the connection is
 * made, so that a name can't lead to another one later.
 */
export const createOutbound =
  ({ allowPrivate, timeout = 5000 }: { allowPrivate: boolean; timeout?: number }): Outbound =>
  async (address, { method, headers, body = '' }) => {
    const url = new URL(address)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const isSecure = url.protocol === 'https:'
    if (!isSecure && !(allowPrivate && isLoopback(host))) throw new Error(`${address} is not https`)
    if (!allowPrivate && isPrivate(host)) throw new Error(`${host} is a private address`)
    const options: RequestOptions = {
      method,
      headers,
      agent: false,
      lookup: allowPrivate ? lookup : lookupPublic,
      signal: AbortSignal.timeout(timeout),
    }
    return new Promise((resolve, reject) => {
      const request = isSecure ? requestHttps : requestHttp
      request(url, options, resolve)
        .on('error', reject)
        .on('upgrade', (response, socket) => {
          socket.destroy()
          resolve(response) // a 101 like any other answer; without a listener Node drops it, and nobody would hear of it
        })
        .end(body)
    })
  }

/** Why an answer will not do; the rest of it is not waited for. */
export function refusal(address: string, response: IncomingMessage): Error {
  response.destroy()
  return new Error(`${address} answered ${response.statusCode}`)
}

/** Refuses a name when any of its addresses is private. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses = []) => {
    const [first] = addresses
    const refused = addresses.find(({ address }) => isPrivate(address))
    if (error || refused || !first)
      callback(error ?? new Error(`${hostname} leads to ${refused?.address ?? 'nowhere'}, a private address`), '')
    else if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Whether an address is not one of the public internet: special-purpose ranges (RFC 6890), multicast, and IPv6 that wraps IPv4. */
export function isPrivate(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return false
  return family === 4 ? private4.check(address, 'ipv4') : private6.check(address, 'ipv6')
}

/** One list for each family: a list of both takes an IPv4 address for the IPv6 one that wraps it. */
const private4 = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  private4.addSubnet(network, bits, 'ipv4')

/** Of 2000::/3, which is all that is public so far, those for something else; and the rest. */
const private6 = new BlockList()
for (const [network, bits] of [
  ['::', 3],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['4000::', 2],
  ['8000::', 1],
] as const)
  private6.addSubnet(network, bits, 'ipv6')

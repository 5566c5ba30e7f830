import { Agent, type IncomingMessage, request } from 'node:http'

export interface Load {
  url: string
  headers: Record<string, string>
  body: string
  requests: number
  /** How many are under way at once. */
  parallel: number
}

/** Sends a bounded number of POSTs to this machine; throws when one is not answered with 200. */
export async function send({ url, headers, body, requests, parallel }: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel })
  let left = requests
  async function one(): Promise<void> {
    while (left-- > 0)
      await post(url, { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, body)
  }
  await Promise.all(Array.from({ length: parallel }, one))
  agent.destroy()
}

function post(url: string, options: object, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = request(url, options, (response: IncomingMessage) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`)),
      )
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

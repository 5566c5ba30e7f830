export interface Reach {
  /** The setting that holds the address. */
  setting: string
  fetch: typeof globalThis.fetch
}

/** Fetches; who can't be reached is named in a line that says what to set: what `fetch` throws names no address. */
export async function reach(url: string, init: RequestInit, { setting, fetch }: Reach): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const [address] = url.split('?')
    throw new Error(`${address} can't be reached (${reasonOf(error)}): ${setting} must be an address that this process reaches`)
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error
  if (name === 'TimeoutError') return 'no answer in time'
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? message
}

/** A browser and its system by the names that people know; undefined: not known. */
export interface Program {
  browser: string | undefined
  system: string | undefined
}

/** Reads a User-Agent (RFC 9110 section 10.1.5): of what programs call themselves only the names in bowser's lists are ever shown. */
export async function programOf(userAgent: string | null | undefined): Promise<Program> {
  if (!userAgent) return { browser: undefined, system: undefined }
  const { default: bowser } = await import('bowser') // with the first page that needs it: listening does not wait
  const { browser, os } = bowser.parse(userAgent)
  return { browser: known(browser.name, bowser.BROWSER_MAP), system: known(os.name, bowser.OS_MAP) }
}

const known = (name: string | undefined, names: Record<string, string>) =>
  name !== undefined && Object.values(names).includes(name) ? name : undefined

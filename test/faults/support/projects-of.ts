import { accessTokenOf } from './device.ts'
import type { World } from './world.ts'

/** The names of the projects of everybody, as project-api lists them. */
export async function projectNamesOf(world: World): Promise<string[]> {
  const all = await Promise.all(world.people.map(async (person) => pages(world, await accessTokenOf(world, person))))
  return all.flat()
}

async function pages(world: World, access_token: string): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) })
    const headers = { authorization: `Bearer ${access_token}` }
    const { status, body } = await world.apis['project-api'].send(`/projects?${query}`, { headers })
    if (status !== 200) throw new Error(`projects are not listed: ${status} ${body}`)
    const page = JSON.parse(body)
    names.push(...page.items.map(({ name }: { name: string }) => name))
    cursor = page.next ?? null
  } while (cursor)
  return names
}

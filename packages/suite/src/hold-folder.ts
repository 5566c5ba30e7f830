/**
 * Keeps a second suite off the folder that DATABASE_URL names: its processes would not hear of each other. What it returns lets the folder go.
 * A database server is shared on purpose. @throws ExpectedError when another suite has it.
 */
export async function holdFolder(databaseUrl: string): Promise<() => void> {
  if (!databaseUrl.startsWith('sqlite:') || databaseUrl === 'sqlite::memory:') return () => {}
  const { lockFolder } = await import('@menshen/shared/storage/folder-lock')
  return lockFolder(databaseUrl.slice('sqlite:'.length), 'suite')
}

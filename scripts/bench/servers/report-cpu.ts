/** Tells the parent where this server listens, and on its question how much CPU time it has used, in microseconds. */
export function reportCpu(url: string): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system })
  })
  process.send?.({ url })
}

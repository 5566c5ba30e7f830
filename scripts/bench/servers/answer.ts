import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Introduction, Question } from '../subject.ts'

/** Introduces this server to the parent, then answers its questions. */
export function answerParent(introduction: Introduction, mint: (count: number) => Promise<string[]>): void {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const answers = {
    cpu: async () => {
      const { user, system } = process.cpuUsage()
      return user + system
    },
    loopDelay: async () => {
      const p99 = delay.percentile(99) / 1e6
      delay.reset()
      return p99
    },
    mint: (question: Question) => mint('count' in question ? question.count : 0),
  }
  process.on('message', async (question: Question) => process.send?.(await answers[question.ask](question)))
  process.on('disconnect', () => process.exit()) // the parent ended, however it did
  process.send?.(introduction)
}

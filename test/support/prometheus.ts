import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@menshen/suite/addresses'
import type { ManyProcesses } from './processes.ts'

/** Whether Prometheus and its promtool are here; in CI they must be. */
export function hasPrometheus(): boolean {
  const found = ['prometheus', 'promtool'].every((program) => spawnSync(program, ['--version']).error === undefined)
  if (!found && process.env['CI'] === 'true') throw new Error('prometheus is missing: in CI its tests are not skipped')
  return found
}

/** One line of a panel: its labels, and its values by time in seconds. */
export interface Series {
  metric: Readonly<Record<string, string>>
  values: ReadonlyArray<readonly [time: number, value: number]>
}

export interface Prometheus {
  /** What a query gives over a span of time, in seconds since the epoch; a value that is no number is left out. */
  range(query: string, span: { start: number; end: number; step: number }): Promise<Series[]>
  /** What it gives now. */
  query(query: string): Promise<Series[]>
  /** Tells it where processes listen now. */
  look(): Promise<void>
  stop(): Promise<void>
}

interface Watching {
  /** What it scrapes, each process by itself; without one it tells what its folder knows. */
  suite?: ManyProcesses
  folder: string
  /** In seconds. */
  interval?: number
}

/** A real Prometheus with our rules. */
export async function startPrometheus({ suite, folder, interval = 1 }: Watching): Promise<Prometheus> {
  const port = await freePort()
  const look = () => writeFile(join(folder, 'targets.json'), JSON.stringify(suite ? targetsOf(suite) : []))
  await look()
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configOf(interval))) // JSON is YAML
  const address = `127.0.0.1:${port}`
  const child = spawn('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=error',
  ])
  await answers(`http://${address}/-/ready`)

  async function ask(path: string, query: Record<string, string>): Promise<Series[]> {
    const response = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(query)}`)
    const { data, error } = (await response.json()) as { data?: { result: Answered[] }; error?: string }
    if (!data) throw new Error(`${query['query']}: ${error}`)
    return data.result.map(seriesOf).filter(({ values }) => values.length > 0)
  }
  return {
    query: (query) => ask('query', { query }),
    range: (query, { start, end, step }) =>
      ask('query_range', { query, start: String(start), end: String(end), step: String(step) }),
    look,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

const configOf = (interval: number) => ({
  global: { scrape_interval: `${interval}s`, scrape_timeout: `${interval}s`, evaluation_interval: `${interval}s` },
  rule_files: [resolve('docs/monitoring/alerts.yml')],
  scrape_configs: [{ job_name: 'menshen', file_sd_configs: [{ files: ['targets.json'], refresh_interval: '1s' }] }],
})

/** Those that run under their names, also one that was started again on another port. */
const targetsOf = ({ processes }: ManyProcesses) =>
  Object.entries(processes).flatMap(([service, all]) =>
    all.map(({ port }, number) => ({
      targets: [`127.0.0.1:${port ?? 9}`], // where nobody answers
      labels: { job: `menshen-${service}`, instance: `${number + 1}` },
    })),
  )

type Pair = [time: number, value: string]

interface Answered {
  metric: Record<string, string>
  value?: Pair
  values?: Pair[]
}

const seriesOf = ({ metric, value, values = value ? [value] : [] }: Answered): Series => ({
  metric,
  values: values.map(([time, text]) => [time, Number(text)] as const).filter(([, number]) => Number.isFinite(number)),
})

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(url).catch(() => undefined))?.ok) return
    await wait(100)
  }
  throw new Error(`${url} does not answer`)
}

export interface Panel {
  id: number
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  fieldConfig: {
    defaults: {
      unit: string
      max?: number
      thresholds?: { steps: Array<{ value: number | null }> }
      custom?: { axisSoftMax?: number }
    }
  }
  targets: Array<{ expr: string; legendFormat: string }>
}

/** The panels of our dashboard. */
export async function readPanels(): Promise<Panel[]> {
  return JSON.parse(await readFile('docs/monitoring/grafana.json', 'utf8')).panels
}

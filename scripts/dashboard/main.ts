/**
 * `npm run dashboard -- FOLDER [mongodb://…/NAME amqp://…/VHOST [MINUTES]]`: uses the suite for so many minutes (15) with faults in between, while a Prometheus
 * of its own watches, and draws our dashboard as `light.png` and `dark.png`, and its first rows, into FOLDER, where what was measured stays; without servers it draws that again.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { launchChromium } from '../../test/e2e/chromium.ts'
import { readPanels, startPrometheus } from '../../test/support/prometheus.ts'
import { pageOf } from './page.ts'
import { record } from './record.ts'

const [folder, databaseUrl, eventsUrl, minutes = '15'] = process.argv.slice(2)
if (!folder || (databaseUrl !== undefined && !eventsUrl?.startsWith('amqp')))
  throw new Error('npm run dashboard -- FOLDER [mongodb://…/NAME amqp://…/VHOST [MINUTES]]')
const firstRows = { x: 0, y: 0, width: 1200, height: 804 }

await mkdir(folder, { recursive: true })

const spanFile = join(folder, 'span.json')
if (databaseUrl && eventsUrl)
  await writeFile(spanFile, JSON.stringify(await record({ folder, databaseUrl, eventsUrl, minutes: Number(minutes) })))

const { start, end } = JSON.parse(await readFile(spanFile, 'utf8')) as { start: number; end: number }
const prometheus = await startPrometheus({ folder })
const browser = await launchChromium()
try {
  const span = { start, end, step: Math.max(1, Math.round((end - start) / 180)) }
  const drawn = await Promise.all(
    (await readPanels()).map(async (panel) => ({
      ...panel,
      lines: await Promise.all(panel.targets.map(({ expr }) => prometheus.range(expr, span))),
    })),
  )
  for (const look of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } })
    await page.setContent(pageOf(drawn, { look, span }))
    await page.screenshot({ path: join(folder, `${look}.png`), fullPage: true })
    await page.screenshot({ path: join(folder, `${look}-first.png`), clip: firstRows })
  }
} finally {
  await browser.close()
  await prometheus.stop()
}
